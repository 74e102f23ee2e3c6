"""Tests of the navigation: which links a role has, and which is marked on a page."""

import re

import pytest
from django.urls import get_resolver

from g7plan.navigation import SECTIONS
from tests.progress.reading import html_of

LINK = re.compile(
    r'<a href="([^"]+)"(?: aria-current="(\w+)")?>([^<]+?)(?: <span|</a>)'
)
# Routes of the product's pages that belong to no link: an account, help, files.
BELOW_NONE = (
    "accounts:me", "accounts:session-", "accounts:sign-in-identity-",
    "accounts:unsent-text-", "healthz", "readyz", "own-data", "csp-reports",
    "styleguide", "glossary", "guide-", "tour-", "language", "api-policy",
    "progress:ledger", "progress:acting-head-", "progress:api-key-",
    "progress:focal-point-", "progress:handover-", "progress:evidence-file",
    "partners:member-remind", "partners:stocktake-remind",
    "search", "public", "progress:public-", "progress:audit-",
)  # fmt: skip
OF_OTHERS = ("account_", "api:", "mfa_", "usersessions")


def navigation_in(answer) -> dict[str, str]:
    """Return the links by label, each with how it is marked."""
    shown = html_of(answer).split('<nav class="navigation"')[1].split("</nav>")[0]
    return {label: current for _url, current, label in LINK.findall(shown)}


def route_names(patterns, namespace="") -> list[str]:
    found = []
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = (
                f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            )
            found += route_names(pattern.url_patterns, inner)
        elif pattern.name:
            found.append(f"{namespace}{pattern.name}")
    return found


def test_every_page_is_below_a_link_or_is_known_to_be_below_none():
    starts = tuple(start for starts in SECTIONS.values() for start in starts)
    known = (*starts, *BELOW_NONE, *OF_OTHERS)
    names = route_names(get_resolver().url_patterns)
    assert [name for name in names if not name.startswith(known)] == []


@pytest.mark.parametrize(
    ("role", "path", "label", "current"),
    [
        ("officer_jp", "/", "Home", "page"),
        ("officer_jp", "/tasks/", "Tasks", "page"),
        ("officer_jp", "/plans/test-plan/commitments/1.2.2/JP/entries/new/",
         "Tasks", "true"),
        ("observer", "/matrix/", "Matrix", "page"),
        ("observer", "/plans/test-plan/matrix/", "Matrix", "true"),
        ("observer", "/plans/test-plan/commitments/1.2.2/", "Plans", "true"),
        ("observer", "/plans/test-plan/changes/", "Changes", "true"),
        ("coordinator", "/stocktakes/new/", "Stocktakes", "true"),
        ("coordinator", "/reports/new/stocktake/", "Reports", "true"),
        ("officer_jp", "/notices/preferences/", "Notices", "true"),
        ("administrator", "/people/new/", "People", "true"),
        ("administrator", "/reference/instruments/", "Reference data", "true"),
    ],
)  # fmt: skip
def test_the_link_of_the_page_or_above_it_is_marked(
    request, signed_in, stocktake, role, path, label, current
):
    answer = signed_in(request.getfixturevalue(role)).get(path)
    assert answer.status_code == 200
    marked = {name: mark for name, mark in navigation_in(answer).items() if mark}
    assert marked == {label: current}


def test_help_and_the_own_account_are_below_no_link(signed_in, observer):
    for path in ("/glossary/", "/people/me/"):
        assert set(navigation_in(signed_in(observer).get(path)).values()) == {""}


def test_the_menu_of_a_narrow_window_needs_no_script(signed_in, observer):
    page = html_of(signed_in(observer).get("/"))
    assert page.count('popovertarget="navigation"') == 2
    assert 'id="navigation" popover' in page
