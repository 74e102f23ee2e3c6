"""Read a page as a person sees it, or as a screen reader speaks it."""

import re
from html import unescape

from django.http import HttpResponseBase
from django.utils.html import strip_tags

CELL = re.compile(r'<a href="[^"]*" class="(cell[^"]*)">(.*?)</a>', re.DOTALL)
# The letter of a state: its words are beside it.
UNSPOKEN = re.compile(r'<span [^>]*aria-hidden="true">[^<]*</span>')


def html_of(answer: HttpResponseBase) -> str:
    content: bytes = answer.getvalue()
    return content.decode()


def words_in(html: str) -> str:
    """Return the text without tags, with single spaces."""
    spaced = html.replace("<", " <").replace(">", "> ")
    return " ".join(unescape(strip_tags(spaced)).split())


def words_of(answer: HttpResponseBase) -> str:
    """Return the text of the page's main part."""
    return words_in(html_of(answer).split("<main")[1].split("</main>")[0])


def table_of(answer: HttpResponseBase) -> str:
    """Return the text of the page's table."""
    return words_in(html_of(answer).split("<table")[1].split("</table>")[0])


def cells_of(answer: HttpResponseBase) -> dict[str, str]:
    """Return the text of each cell of the matrix, by its label: `Japan, 1.2.2`.

    Both views say the same words, the compact one with commas between them.
    """
    spoken = UNSPOKEN.sub("", html_of(answer))
    found = [words_in(words) for _classes, words in CELL.findall(spoken)]
    return {
        name.strip(): words.strip().replace(", ", " ")
        for name, _colon, words in (one.partition(":") for one in found)
    }


def classes_of(answer: HttpResponseBase, name: str) -> set[str]:
    """The classes of one cell, by its name."""
    for classes, words in CELL.findall(html_of(answer)):
        if words_in(words).startswith(f"{name}:") or words_in(words).startswith(
            f"{name} :"
        ):
            return set(classes.split())
    raise AssertionError(name)


def total_of(answer, label: str) -> str:
    """The numbers under the table, in the row of this label."""
    foot = html_of(answer).split('class="matrix-totals')[1].split("</section>")[0]
    rows = [words_in(f"<tr{row}") for row in foot.split("<tr")]
    return next(row for row in rows if label in row).replace(f"{label} ", "")


def steady(html: str) -> str:
    """The page without what differs from one answer to the next.

    That is the token of each form, and the minute at which the page is printed.
    """
    return "\n".join(
        line
        for line in html.splitlines()
        if "csrfmiddlewaretoken" not in line and "Printed for" not in line
    )
