"""Tests of score tables in private feeds: the calendar, and the feed of changes."""

from xml.etree import ElementTree as ET

import pytest

from tests.factories import make_body
from tests.progress.assessments.scoring import (
    make_table,
    release,
    released_table,
    revision,
    table_in_feedback,
)

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def body(assessor):
    return make_body()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("officer_jp", "feedback/{}/"),
        ("assessor", "assessing/{}/comments/"),
        ("observer", ""),
        ("other_assessor", ""),
    ],
)
def test_the_calendar_has_the_end_of_feedback_for_who_may_know(
    request, body, stocktake, address_of, fetch, name, path
):
    table = table_in_feedback(body, stocktake)
    text = fetch(address_of(request.getfixturevalue(name), "deadlines"))
    text = text.replace("\r\n ", "")
    assert (f"feedback-{table.pk}@g7plan" in text) is bool(path)
    if path:
        assert "the time to comment on the scores of University Observatory" in text
        assert path.format(table.pk) in text


def term_of(entry: ET.Element) -> str | None:
    category = entry.find("a:category", ATOM)
    assert category is not None
    return category.get("term")


def entries_of(text: str) -> list[tuple[str | None, str | None]]:
    return [
        (one.findtext("a:id", namespaces=ATOM), term_of(one))
        for one in ET.fromstring(text.encode()).iterfind("a:entry", ATOM)  # noqa: S314
    ]


def test_a_table_is_one_entry_of_the_feed(body, stocktake, observer, address_of, fetch):
    path = address_of(observer, "changes")
    make_table(make_body("policy-institute"), stocktake)
    assert entries_of(fetch(path)) == []
    first = released_table(body, stocktake)
    assert entries_of(fetch(path)) == [(first.pk.urn, "released")]
    second = release(revision(first, {("1.1.1", "FR"): ""}))
    found = fetch(path)
    assert entries_of(found) == [
        (second.pk.urn, "released"), (first.pk.urn, "released"),
    ]  # fmt: skip
    assert "reported" not in found
