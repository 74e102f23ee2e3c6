"""What all parts of the page share: its data, its words, its links and its tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from accounts.languages import is_same_language
from progress.entries.markdown import to_html
from reports.label_schema import Labels
from reports.renderers import bars, outline
from reports.renderers.html.markup import Child, Markup, element, joined, printed
from reports.renderers.punctuation import Punctuation, punctuation_of
from reports.snapshot_schema import (
    CommitmentRow,
    EntryPart,
    Envelope,
    Facts,
    FigureRow,
    PositionRow,
    Snapshot,
)

# The adopted wording is in English, whatever the language of the report.
ADOPTED_LANGUAGE = "en"
# Line ends of texts that were stored before those were replaced on the way in.
OLD_LINE_ENDS = str.maketrans(dict.fromkeys("\x0b\x0c\x85", "\n"))


@dataclass(frozen=True)
class Document:
    """A snapshot on its way to becoming a page."""

    snapshot: Snapshot
    digest: str

    @property
    def facts(self) -> Facts:
        return self.snapshot["facts"]

    @property
    def envelope(self) -> Envelope:
        return self.snapshot["envelope"]

    @property
    def labels(self) -> Labels:
        return self.facts["labels"]

    @property
    def signs(self) -> Punctuation:
        return punctuation_of(self.facts["language"])

    @cached_property
    def commitments(self) -> dict[str, CommitmentRow]:
        """The commitments in scope, by code."""
        return {row["code"]: row for row in outline.commitments_in(self.facts)}

    @cached_property
    def positions(self) -> dict[tuple[str, str], PositionRow]:
        """The positions by commitment and member."""
        return {
            (code, row["member"]): row
            for code, commitment in self.commitments.items()
            for row in commitment["positions"]
        }

    @cached_property
    def member_names(self) -> dict[str, str]:
        return {member["code"]: member["name"] for member in self.facts["members"]}

    @cached_property
    def tables(self) -> frozenset[str]:
        return outline.printed_tables(self.facts)

    @cached_property
    def shown_codes(self) -> frozenset[str]:
        return outline.shown_codes(self.facts)

    @property
    def is_of_one_member(self) -> bool:
        return len(self.facts["members"]) == 1

    def entry_of(self, position: PositionRow) -> EntryPart | None:
        key = position["entry"]
        return None if key is None else self.facts["entries"][key]

    # ---- Words

    def named(self, name: Child, value: Child) -> Markup:
        """Return a name and its value: French has a space before the colon."""
        before, _, after = self.labels["named"].partition("{value}")
        start, _, between = before.partition("{name}")
        return joined([start, name, between, value, after])

    def named_text(self, name: str, value: str) -> str:
        return bars.named(name, value, self.labels)

    def official(self, text: str, tag: str = "span") -> Markup:
        """Return adopted wording, in its own language and typeface."""
        return element(
            tag, text, class_="official", lang=self.lang_of(ADOPTED_LANGUAGE)
        )

    def row_name(self, row: FigureRow) -> Markup:
        """Return the name of a row: actions and sub-areas have adopted titles."""
        is_adopted = row["of"] in {"action", "sub_area"}
        return self.official(row["name"]) if is_adopted else joined(row["name"])

    def lang_of(self, language: str) -> str | None:
        """Return the attribute `lang` of a text, if it differs from the page's."""
        is_same = not language or is_same_language(language, self.facts["language"])
        return None if is_same else language

    def narrative(self, text: str, language: str) -> Markup:
        """Return a text of a delegation, in the one dialect of Markdown."""
        words = printed(text.translate(OLD_LINE_ENDS))
        return element(
            "div",
            Markup(to_html(words, table_label=self.labels["table"])),
            class_="narrative",
            lang=self.lang_of(language),
        )

    # ---- Links

    def reference(self, anchor: str, body: Child) -> Markup:
        """Return a link to a table of this document, if it has that table."""
        if anchor not in self.tables:
            return joined(body)
        return element("a", body, href=f"#{anchor}")

    def commitment_link(self, code: str) -> Markup:
        if code not in self.shown_codes:
            return element("span", code, class_="code")
        return element("a", code, class_="code", href=f"#commitment-{code}")

    # ---- Tables

    def table(
        self,
        caption: str,
        header: Sequence[Child],
        body: Iterable[Markup],
        *,
        anchor: str | None = None,
        foot: Iterable[Markup] = (),
        class_: str | None = None,
    ) -> Markup:
        """Return a table in a box that scrolls, also with the keyboard.

        An empty head is no header cell. The box has the name of the table.
        """
        foot_rows = joined(foot)
        return element(
            "div",
            element(
                "table",
                element("caption", element("span", caption)),
                element("thead", element("tr", [head_cell(name) for name in header])),
                element("tbody", body),
                element("tfoot", foot_rows) if foot_rows else None,
                class_=class_,
            ),
            id=anchor,
            class_="table-scroll",
            role="region",
            aria_label=caption,
            tabindex="0",
        )


def head_cell(name: Child) -> Markup:
    if isinstance(name, Markup) and name.startswith("<th"):
        return name
    content = joined(name)
    return element("th", content, scope="col") if content else element("td")


def number_head(name: Child) -> Markup:
    return element("th", name, scope="col", class_="number")


def row(head: Child, *cells: Child, class_: str | None = None) -> Markup:
    """Return a row of a table with its header."""
    return element(
        "tr",
        element("th", head, scope="row"),
        [cell if _is_cell(cell) else element("td", cell) for cell in cells],
        class_=class_,
    )


def number(count: int) -> Markup:
    """Return a cell with a number. A zero is quieter."""
    quiet = "" if count else " zero"
    return element("td", str(count), class_=f"number{quiet}")


def _is_cell(cell: Child) -> bool:
    return isinstance(cell, Markup) and cell.startswith("<td")


def filled(sentence: str, **words: str) -> str:
    """Return a sentence with words in the place of its names."""
    for name, word in words.items():
        sentence = sentence.replace(f"{{{name}}}", word)
    return sentence
