"""Tests of the feed of changes: valid Atom, green at most, and without any words."""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

import pytest

from accounts.dates import utc_day
from accounts.day_sentences import day_text
from accounts.models import User
from commitments.models import Instrument
from partners.feeds.atom import AtomEntry, AtomFeed, atom_of
from partners.models import PrivateFeed
from progress.models import Entry, State
from tests.factories import make_entry, member_commitment_of

ATOM = {"a": "http://www.w3.org/2005/Atom"}
SECRET = "zebra"


@pytest.fixture
def put(plan, officer_jp, stocktake):
    """`put("1.2.2", "JP", handling="amber")` publishes an entry with secret words."""

    def make(code, member="JP", **fields):
        words = dict.fromkeys(("narrative", "next_steps", "obstacles"), SECRET)
        values = {"state": State.PUBLISHED, "stocktake": stocktake, **words, **fields}
        owed = member_commitment_of(plan, code, member)
        return make_entry(owed, by=officer_jp, **values)

    return make


def supersede(put, entry, kind, **fields):
    owed = entry.member_commitment
    return put(
        owed.commitment.code,
        owed.member_id,
        kind=kind,
        supersedes=entry,
        reason=SECRET,
        **fields,
    )


def parsed(text):
    return ET.fromstring(text.encode())  # noqa: S314 - we have written it ourselves


def rows_in(text):
    """The id, the title and the category of each entry of a feed."""
    return [
        (
            entry.findtext("a:id", namespaces=ATOM),
            entry.findtext("a:title", namespaces=ATOM),
            entry.find("a:category", ATOM).get("term"),
        )
        for entry in parsed(text).iterfind("a:entry", ATOM)
    ]


def day_of(entry) -> str:
    published_at = Entry.objects.get(pk=entry.pk).published_at
    assert published_at is not None
    return day_text(utc_day(published_at))


PEOPLE = ["officer_jp", "head_jp", "officer_fr", "coordinator", "observer", "assessor"]


@pytest.mark.parametrize("name", PEOPLE)
def test_everyone_gets_what_is_green_and_nothing_else(
    request, put, address_of, fetch, name
):
    path = address_of(request.getfixturevalue(name), "changes")
    clear = put("1.1.1", handling="clear")
    green = put("1.2.2")
    shown = fetch(path)
    amber = put("1.2.1", handling="amber")
    put("2.1", state=State.SUBMITTED)
    put("2.1", "FR", state=State.DRAFT)
    supersede(put, amber, "correction", handling="amber")
    assert fetch(path) == shown
    assert rows_in(shown) == [
        (green.pk.urn, f"1.2.2 JP: published on {day_of(green)}", "published"),
        (clear.pk.urn, f"1.1.1 JP: published on {day_of(clear)}", "published"),
    ]


def test_the_tag_stays_while_amber_entries_are_published(
    put, address_of, fetch, client, coordinator
):
    path = address_of(coordinator, "changes")
    put("1.2.2")
    tag = client.get(path).headers["ETag"]
    for _number in range(5):
        put("1.2.1", handling="amber")
        answer = client.get(path, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.headers["ETag"]) == (304, tag)
    put("1.1.1")
    assert client.get(path).headers["ETag"] != tag


def test_what_left_sight_is_removed_for_either_reason_alike(
    put, address_of, fetch, head_jp
):
    path = address_of(head_jp, "changes")
    for code, kind, handling in (
        ("1.2.2", "withdrawal", "green"), ("1.2.1", "correction", "amber"),
    ):  # fmt: skip
        entry = put(code)
        successor = supersede(put, entry, kind, handling=handling)
        name, title, category = rows_in(fetch(path))[0]
        assert category == "removed"
        assert title == f"{code} JP: no longer shown, {day_of(successor)}"
        assert name == uuid5(entry.pk, "removed").urn
        assert successor.pk.urn not in fetch(path)


def test_a_feed_is_narrowed_to_an_instrument_and_a_member(
    put, address_of, fetch, observer, members
):
    interpol = Instrument.objects.get(slug="interpol")
    about = address_of(observer, "changes", instrument=interpol)
    french = address_of(observer, "changes", member=members["FR"])
    both = address_of(observer, "changes", instrument=interpol, member=members["FR"])
    jp, fr, other = put("1.2.2"), put("1.2.2", "FR"), put("1.1.1", "FR")
    found = {
        path: {name for name, _title, _category in rows_in(fetch(path))}
        for path in (about, french, both)
    }
    assert found[about] == {jp.pk.urn, fr.pk.urn}
    assert found[french] == {fr.pk.urn, other.pk.urn}
    assert found[both] == {fr.pk.urn}


def test_there_are_codes_and_links_and_no_words(
    put, address_of, fetch, officer_jp, settings
):
    settings.SITE_URL = "https://g7plan.example"
    path = address_of(officer_jp, "changes")
    supersede(put, put("1.2.2"), "correction")
    text = fetch(path)
    assert SECRET not in text
    assert officer_jp.name not in text
    assert path.split("/")[2] not in text
    links = {link.get("href") for link in parsed(text).iterfind(".//a:link", ATOM)}
    pages = "https://g7plan.example/plans/test-plan"
    assert links == {f"{pages}/matrix/", f"{pages}/commitments/1.2.2/JP/"}


def test_the_links_lead_to_pages(put, address_of, fetch, officer_jp, signed_in):
    put("1.2.2")
    text = fetch(address_of(officer_jp, "changes"))
    for link in parsed(text).iterfind(".//a:link", ATOM):
        path = "/" + str(link.get("href")).split("/", 3)[3]
        assert signed_in(officer_jp).get(path).status_code == 200


def test_it_is_valid_atom(put, address_of, fetch, observer):
    """RFC 4287, sections 4.1.1 and 4.1.2: what a feed and an entry must have."""
    path = address_of(observer, "changes")
    put("1.2.2")
    put("1.1.1")
    root = parsed(fetch(path))
    assert root.tag == f"{{{ATOM['a']}}}feed"
    for one in (root, *root.iterfind("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"a:{name}", ATOM)) == 1
        assert one.findtext("a:id", namespaces=ATOM).startswith("urn:uuid:")
        (link,) = one.findall("a:link", ATOM)
        assert link.get("rel") == "alternate"
        updated = one.findtext("a:updated", namespaces=ATOM)
        assert datetime.fromisoformat(updated).tzinfo is not None
    assert root.findtext("a:author/a:name", namespaces=ATOM)
    times = [one.text for one in root.iterfind("a:entry/a:updated", ATOM)]
    assert root.findtext("a:updated", namespaces=ATOM) == max(times)
    assert times == sorted(times, reverse=True)


def test_it_is_in_the_language_of_its_person(put, address_of, fetch, observer):
    User.objects.filter(pk=observer.pk).update(language="ja")
    put("1.2.2")
    text = fetch(address_of(observer, "changes"))
    assert ' xml:lang="ja">' in text
    [(_id, title, _category)] = rows_in(text)
    assert title.startswith("1.2.2 JP")
    assert "年" in title
    assert "published" not in title


def test_a_feed_without_changes_is_valid_too(address_of, fetch, observer):
    text = fetch(address_of(observer, "changes"))
    made_at = PrivateFeed.objects.get().created_at
    updated = parsed(text).findtext("a:updated", namespaces=ATOM)
    assert updated == f"{made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    assert rows_in(text) == []


def test_any_text_is_written_as_xml():
    at = datetime(2017, 5, 1, tzinfo=UTC)
    name = uuid5(NAMESPACE_URL, "x")
    entry = AtomEntry(name, at, "<b> & “é”", "https://e.org/?a=1&b=2", "published")
    feed = AtomFeed(name, "t", "https://e.org/", at, "fr", [entry])
    text = atom_of(feed).decode()
    assert text.startswith("<?xml version='1.0' encoding='utf-8'?>\n<feed xmlns=")
    assert ' xml:lang="fr">' in text
    assert rows_in(text) == [(name.urn, "<b> & “é”", "published")]
    assert atom_of(feed) == atom_of(feed)


def test_many_changes_cost_the_same_queries(
    put, address_of, fetch, observer, django_assert_max_num_queries
):
    path = address_of(observer, "changes")
    for code in ("1.1.1", "1.2.1", "1.2.2", "2.1"):
        supersede(put, put(code), "correction")
    fetch(path)
    with django_assert_max_num_queries(6):
        fetch(path)
