"""Reads an HTML file with the parser of the standard library, into a small tree."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

DIGEST = "d" * 64
VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Node:
    """An element with its attributes, and with what is inside it in order."""

    tag: str
    attributes: dict[str, str]
    inside: list["Node | str"] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator["Node"]:
        """Yield the elements inside with one of these names, in order."""
        for part in self.inside:
            if isinstance(part, Node):
                if not tags or part.tag in tags:
                    yield part
                yield from part.all(*tags)

    def text(self) -> str:
        return "".join(
            part if isinstance(part, str) else part.text() for part in self.inside
        )

    def heard(self) -> str:
        """Return the words that are not hidden from a screen reader."""
        return "".join(
            part if isinstance(part, str) else part.heard()
            for part in self.inside
            if isinstance(part, str) or part.attributes.get("aria-hidden") != "true"
        )

    def words(self) -> str:
        """Return what is heard, with single blanks."""
        return " ".join(self.heard().split())

    def by_id(self, anchor: str) -> "Node":
        (found,) = (node for node in self.all() if node.attributes.get("id") == anchor)
        return found

    def by_class(self, name: str) -> Iterator["Node"]:
        for node in self.all():
            if name in node.attributes.get("class", "").split():
                yield node


class TreeReader(HTMLParser):
    """Builds the tree. It refuses an element that is not closed in its place."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        assert len(set(names)) == len(names), f"{tag} has an attribute twice"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read_page(content: bytes) -> Node:
    """Return the tree of a page."""
    reader = TreeReader()
    reader.feed(content.decode())
    reader.close()
    assert reader.open == [reader.root]
    return reader.root


def table_of(node: Node) -> list[list[str]]:
    """Return the words of a table's cells. A `colspan` is one cell."""
    (table,) = [node] if node.tag == "table" else node.all("table")
    return [[cell.words() for cell in row.all("th", "td")] for row in table.all("tr")]
