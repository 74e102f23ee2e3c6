"""Find every page of a trial: by its links, as each kind of person."""

import html
import re
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import APIRequestContext

# The kinds of people, and the demo person of each. `None` is a stranger.
PEOPLE: list[str | None] = [
    "officer.jp", "coordinator", "admin", "head.jp", "observer", "assessor",
    "reviewer", "contributor.jp", None,
]  # fmt: skip
LINK = re.compile(r'<a\b(?![^>]*\bdownload\b)[^>]*?\bhref="(/[^"#]*)')
# Many a form is also a page of its own, for a browser without JavaScript.
FORM = re.compile(r'\b(?:form)?action="(/[^"#]*)')
TAG = re.compile(r"<[a-z][^>]*>")
# Attributes that differ between two objects, or hold their text.
ITS_OWN = re.compile(
    r"\s(?:id|for|name|value|href|(?:form)?action|title|placeholder|datetime|lang|d|x|y"
    r'|width|height|points|style|data-[\w-]+|hx-[\w-]+|aria-\w+)="[^"]*"'
)
NOT_PAGES = ("/static/", "/api/v1/schema", "/accounts/logout/")
# Parts of an address that make another page of it, not another object of the same kind.
KINDS = ("kind", "name")
# Pages that no link leads to, and the one that is shown for a wrong address.
MORE: dict[str | None, list[str]] = {
    None: ["/", "/verify/"],
    "officer.jp": [
        "/", "/nothing-here/", "/search/?q=terrorist+financing",
        "/plans/ise-shima-2016-ct/members/IT/?since=summit&status=limited",
        "/matrix/?at=2026-03-01",
    ],
    "coordinator": [
        "/", *(
            f"/plans/ise-shima-2016-ct/charts/{name}/"
            for name in ("status", "change", "coverage", "days")
        ),
    ],
    "admin": ["/", "/styleguide/", "/search/?q=zzzz"],
}  # fmt: skip
WRONG = "/nothing-here/"


@dataclass(frozen=True)
class FoundPage:
    """A page as one person sees it. Its name is that of its route and kind.

    `elements` are the kinds of element in its main part: tags with their classes.
    """

    person: str | None
    name: str
    path: str
    elements: frozenset[str] = field(repr=False)


def name_of(path: str) -> str | None:
    """Return the name of the page at this address. What is no page has none."""
    parts = urlsplit(path)
    if parts.path.startswith(NOT_PAGES):
        return None
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    kinds = [str(match.kwargs[kind]) for kind in KINDS if kind in match.kwargs]
    return " ".join([match.view_name, *kinds])


def pages_of(person: str | None, request: APIRequestContext) -> list[FoundPage]:
    """Return one page of each kind that links lead this person to.

    A link that does not lead to a page or a file is a fault.
    """
    more = MORE.get(person, ["/"])
    found: list[FoundPage] = []
    forms: set[str] = set()
    waiting = deque(
        (path, f"{name_of(path) or 'not-found'} {urlsplit(path).query}")
        for path in more
    )
    seen = {name for _path, name in waiting}
    while waiting:
        path, name = waiting.popleft()
        answer = request.get(path)
        if not answer.ok and path in forms:
            continue
        assert answer.ok or path == WRONG, f"{path} answers {answer.status} to {person}"
        if not is_page(answer):
            continue
        text = answer.text()
        found.append(FoundPage(person, name.strip(), path, elements_of(text)))
        forms |= set(addresses(FORM, text))
        for link in [*addresses(LINK, text), *addresses(FORM, text)]:
            linked = name_of(link)
            if linked is not None and f"{linked} " not in seen:
                seen.add(f"{linked} ")
                waiting.append((link, f"{linked} "))
    return found


def is_page(answer: Any) -> bool:
    headers = answer.headers
    return "html" in headers.get("content-type", "") and (
        "attachment" not in headers.get("content-disposition", "")
    )


def addresses(pattern: re.Pattern[str], text: str) -> list[str]:
    return [html.unescape(found) for found in pattern.findall(text)]


def elements_of(text: str) -> frozenset[str]:
    main = text.partition("<main")[2].partition("</main>")[0]
    return frozenset(ITS_OWN.sub("", tag) for tag in TAG.findall(main))
