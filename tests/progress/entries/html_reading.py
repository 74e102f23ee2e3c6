"""Reads the HTML of a text as a person does: its words, its blocks, its links."""

from html.parser import HTMLParser

BLOCKS = {"p", "li", "th", "td"}


class HtmlReader(HTMLParser):
    """Collects each block with its depth in lists, and the addresses of links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.blocks: list[tuple[str, int, str]] = []
        self.words = ""  # with each address after its label
        self.bold: list[str] = []
        self.hrefs: list[str] = []
        self.directions: list[str] = []
        self._depth = 0
        self._is_bold = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in BLOCKS:
            self.blocks.append((tag, self._depth, ""))
            self.directions.append(given.get("dir") or "")
        self._depth += tag == "ul"
        self._is_bold = self._is_bold or tag == "strong"
        if tag == "strong":
            self.bold.append("")
        if tag == "a":
            self.hrefs.append(given["href"] or "")
        if tag == "br":
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "ul"
        self._is_bold = self._is_bold and tag != "strong"
        if tag == "a":
            self.words += self.hrefs[-1]

    def handle_data(self, data: str) -> None:
        self._add(data.replace("\n", ""))

    def _add(self, data: str) -> None:
        self.words += data
        if self._is_bold:
            self.bold[-1] += data
        if self.blocks and data:
            tag, depth, words = self.blocks[-1]
            self.blocks[-1] = (tag, depth, words + data)
