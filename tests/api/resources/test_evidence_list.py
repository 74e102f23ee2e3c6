"""Tests of evidence in the API: visible only through entries that are visible."""

from datetime import UTC, datetime

import pytest

from accounts.models import Scope
from progress.models import EntryEvidence, Evidence, LinkCheck, State
from tests.api.conftest import API, results
from tests.factories import (
    add_evidence,
    make_entry,
    member_commitment_of,
    publish,
)

PATH = "evidence/"


def titles(client, **params):
    return {row["title"] for row in results(client, PATH, **params)}


# The labels of the entries that cite evidence; the last is never published.
LABELS = {"green": "green", "clear": "clear", "amber": "amber", "draft": "green"}


@pytest.fixture
def cited(plan, officer_jp, stocktake):
    """Entries of each label and a draft, with a link of each, and one link in all."""
    entries = {
        name: make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=State.DRAFT if name == "draft" else State.SUBMITTED,
            stocktake=stocktake,
            handling=label,
        )
        for (name, label), code in zip(
            LABELS.items(), ("1.1.1", "1.2.1", "1.2.2", "2.1"), strict=True
        )
    }
    for name, entry in entries.items():
        add_evidence(entry, by=officer_jp, title=f"of {name}")
    shared = add_evidence(entries["green"], by=officer_jp, position=1, title="of all")
    for name in ("clear", "amber", "draft"):
        EntryEvidence.objects.create(entry=entries[name], evidence=shared, position=1)
    for name in ("green", "clear", "amber"):
        publish(entries[name], by=officer_jp, at=datetime.now(UTC))
    return entries


READERS = [
    ([Scope.READ_CLEAR], None, {"clear"}),
    ([Scope.READ_GREEN], None, {"clear", "green"}),
    ([Scope.READ_OWN], "FR", set()),
    ([Scope.READ_OWN], "JP", {"clear", "green", "amber", "draft"}),
]


@pytest.mark.parametrize(("scopes", "member", "seen"), READERS)
def test_evidence_is_seen_through_the_entries_that_are_seen(
    cited, client_for_key, problem_of, scopes, member, seen
):
    client = client_for_key(*scopes, member=member)
    names = {str(entry.pk): name for name, entry in cited.items()}
    rows = {row["title"]: row for row in results(client, PATH)}
    expected = {f"of {name}" for name in seen}
    assert set(rows) == expected | ({"of all"} if seen else set())
    for title, row in rows.items():
        citing = {names[pk] for pk in row["entries"]}
        assert citing == (seen if title == "of all" else {title.removeprefix("of ")})
        assert client.get(f"{API}{PATH}{row['id']}/").json() == row
    for hidden in Evidence.objects.exclude(title__in=rows):
        problem_of(client.get(f"{API}{PATH}{hidden.pk}/"), 404)


def test_a_filter_finds_nothing_by_an_entry_that_is_hidden(cited, client_for_key):
    """The link of all is cited for 1.2.2 by the amber entry, and for 2.1 by a draft."""
    reader = client_for_key(Scope.READ_GREEN)
    own = client_for_key(Scope.READ_OWN, member="JP")
    assert titles(reader, commitment="1.1.1") == {"of green", "of all"}
    for code, name in (("1.2.2", "amber"), ("2.1", "draft")):
        assert titles(reader, commitment=code) == set()
        assert titles(own, commitment=code) == {f"of {name}", "of all"}


def test_one_entry_meets_all_filters_of_entries(cited, client_for_key, stocktake):
    reader = client_for_key(Scope.READ_GREEN)
    assert titles(reader, sub_area="1.2") == {"of clear", "of all"}
    assert titles(reader, sub_area="1.2", commitment="1.1.1") == set()
    assert titles(reader, plan="test-plan", stocktake=stocktake.slug) == {
        "of green", "of clear", "of all",
    }  # fmt: skip
    assert titles(reader, instrument="interpol") == set()
    assert titles(reader, member="JP", kind="link", member_kind="state") == {
        "of green", "of clear", "of all",
    }  # fmt: skip
    assert titles(reader, member="FR") == titles(reader, kind="file") == set()


def test_own_evidence_that_no_entry_cites_is_there(cited, client_for_key):
    Evidence.objects.create(
        kind="citation",
        title="alone",
        citation="Gazette, 3",
        member_id="JP",
        added_at=datetime.now(UTC),
        added_by=cited["green"].written_by,
    )
    own = client_for_key(Scope.READ_OWN, member="JP")
    (row,) = results(own, PATH, kind="citation")
    assert (row["title"], row["member"], row["entries"]) == ("alone", "JP", [])
    assert titles(own, kind="citation", plan="test-plan") == set()
    assert titles(client_for_key(Scope.READ_GREEN), kind="citation") == set()


def test_a_dead_link_says_since_when(cited, client_for_key):
    reader, since = client_for_key(Scope.READ_GREEN), datetime(2026, 3, 1, tzinfo=UTC)
    before = {row["dead_since"] for row in results(reader, PATH)}
    assert before == {None}
    LinkCheck.objects.update_or_create(
        evidence=Evidence.objects.get(title="of clear"),
        defaults={"due_at": since, "checked_at": since, "dead_since": since},
    )
    dead = {row["title"]: row["dead_since"] for row in results(reader, PATH)}
    assert dead.pop("of clear") == "2026-03-01T00:00:00Z"
    assert set(dead.values()) == {None}


def test_pages_have_every_row_once(cited, client_for_key):
    reader, found = client_for_key(Scope.READ_OWN, member="JP"), []
    url = f"{API}{PATH}?page_size=2"
    while url:
        page = reader.get(url).json()
        found += [row["id"] for row in page["results"]]
        url = page["next"]
    assert sorted(found) == sorted(str(one.pk) for one in Evidence.objects.all())


def test_a_key_without_a_reading_scope_is_told_which_would_do(
    client_for_key, problem_of
):
    problem_of(client_for_key(Scope.READ_REPORTS).get(f"{API}{PATH}"), 403)
