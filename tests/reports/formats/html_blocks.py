"""Read a page of HTML as a reader without styles does: html.parser alone."""

from html.parser import HTMLParser

from tests.reports.formats.blocks import (
    Block,
    Document,
    Heading,
    Paragraph,
    Table,
    fold,
)

# Tags after which other words begin.
BREAKING_TAGS = (
    "address article aside blockquote body br dd details div dl dt figcaption figure"
    " footer form header hr li main nav ol p pre section summary title tr ul"
)
BREAKING = frozenset(BREAKING_TAGS.split())
VOID_TAGS = "area base br col embed hr img input link meta source wbr"
VOID = frozenset(VOID_TAGS.split())
UNSEEN = frozenset({"script", "style", "template"})
FIRST = 1_500  # characters that fill the first screen


def read_html(content: bytes) -> Document:
    parser = _Parser()
    parser.feed(content.decode("utf-8"))
    parser.close()
    text = fold(" ".join(block.text for block in parser.blocks))
    return Document(
        parser.blocks, text[:FIRST], language=parser.language, title=parser.title
    )


class _Parser(HTMLParser):
    """Collects blocks. Words that only machines read, and hidden ones, are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.language = self.title = ""
        self._words: list[str] = []
        self._cell: list[str] | None = None
        self._tables: list[Table] = []
        # The open tags, each with whether what is in it is hidden.
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        is_hidden = (
            self._is_hidden
            or tag in UNSEEN
            or given.get("aria-hidden") == "true"
            or "hidden" in given
        )
        if tag == "html":
            self.language = given.get("lang", "")
        if not is_hidden:
            self._start(tag, given)
        if tag not in VOID:
            self._open.append((tag, is_hidden))

    def _start(self, tag: str, given: dict[str, str]) -> None:
        if tag in BREAKING or _is_heading(tag):
            self._end_block()
        if tag == "table":
            self._end_block()
            self._tables.append(Table([], given.get("id", "")))
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag in {"td", "th"} and self._tables:
            self._cell = []
        for name in ("aria-label", "alt"):
            if given.get(name) and tag not in {"nav", "section", "table"}:
                self.handle_data(f" {given[name]} ")

    def handle_endtag(self, tag: str) -> None:
        if tag not in {name for name, _ in self._open}:
            return
        while self._open and self._open.pop()[0] != tag:
            pass
        if not self._is_hidden:
            self._end(tag)

    def _end(self, tag: str) -> None:
        if tag in {"td", "th"} and self._cell is not None:
            self._tables[-1].rows[-1].append(fold("".join(self._cell)))
            self._cell = None
        elif tag == "table" and self._tables:
            self.blocks.append(self._tables.pop())
        elif tag == "title" and not self.title:
            self.title = self._taken()
        elif _is_heading(tag):
            self.blocks.append(Heading(int(tag[1]), self._taken()))
        elif tag in BREAKING:
            self._end_block()

    def _taken(self) -> str:
        text = fold("".join(self._words))
        self._words.clear()
        return text

    def handle_data(self, data: str) -> None:
        if self._is_hidden:
            return
        if self._cell is not None:
            self._cell.append(data)
        else:
            self._words.append(data)

    def _end_block(self) -> None:
        if self._cell is not None:
            self._cell.append(" ")
            return
        if text := self._taken():
            self.blocks.append(Paragraph(text))

    @property
    def _is_hidden(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def _is_heading(tag: str) -> bool:
    return len(tag) == 2 and tag[0] == "h" and tag[1].isdigit()
