"""Tests of entries in the API: their fields, filters and permissions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Scope
from progress.models import Entry, Evidence, Handling, State, Status
from tests.api.conftest import API, results
from tests.factories import (
    add_evidence,
    make_entry,
    make_plan,
    make_stocktake,
    member_commitment_of,
)


def ids(client, **params):
    return [row["id"] for row in results(client, "entries/", **params)]


@pytest.fixture
def owed_jp(plan):
    return member_commitment_of(plan, "1.2.2", "JP")


@pytest.fixture
def published(owed_jp, officer_jp, coordinator, stocktake) -> Entry:
    """Japan's green entry on 1.2.2, published in the open stocktake."""
    return make_entry(
        owed_jp,
        by=officer_jp,
        state=State.PUBLISHED,
        published_by=coordinator,
        stocktake=stocktake,
        evidence=1,
    )


# ---- Shape ---------------------------------------------------------------------------


def told(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def told_link(evidence: Evidence) -> dict[str, Any]:
    return {
        "id": str(evidence.pk),
        "kind": "link",
        "title": "Annual report",
        "url": "https://example.org/report",
        "citation": "",
        "accessed_on": evidence.accessed_on and evidence.accessed_on.isoformat(),
        "file_name": "",
        "media_type": "",
        "size": None,
        "sha256": "",
        "file": None,
        "held": None,
    }


def test_an_entry(published, green_key):
    answer = green_key.get(f"{API}entries/{published.pk}/")
    assert answer.json() == {
        "id": str(published.pk),
        "member_commitment": {
            "id": str(published.member_commitment_id),
            "plan": "test-plan",
            "commitment": "1.2.2",
            "member": "JP",
        },
        "stocktake": "first",
        "kind": "update",
        "supersedes": None,
        "reason": "",
        "external_ref": None,
        "superseded_by": None,
        "is_current": True,
        "state": "published",
        "as_of": published.as_of.isoformat(),
        "status": "substantial",
        "is_at_risk": False,
        "language": "",
        "narrative": "Border agencies exchange alerts every day.",
        "next_steps": "",
        "obstacles": "",
        "handling": "green",
        "evidence": [told_link(Evidence.objects.get())],
        "unchanged_since": None,
        "written_at": told(published.written_at),
        "submitted_at": told(published.submitted_at),
        "published_at": told(published.published_at),
        "is_late": False,
        "allowed": [],
    }


def test_an_entry_reads_the_same_in_the_list(published, green_key):
    one = green_key.get(f"{API}entries/{published.pk}/").json()
    assert results(green_key, "entries/") == [one]


def test_no_answer_names_a_person(published, green_key, coordinator, officer_jp):
    for path in ("entries/", f"entries/{published.pk}/", "positions/?plan=test-plan"):
        words = green_key.get(f"{API}{path}").content.decode()
        for person in (coordinator, officer_jp):
            for word in (person.email, person.name, str(person.pk)):
                assert word not in words


def test_a_status_nobody_has_chosen_is_null(owed_jp, officer_jp, own_key_jp):
    draft = make_entry(owed_jp, by=officer_jp, status="")
    answer = own_key_jp.get(f"{API}entries/{draft.pk}/").json()
    assert answer["status"] is None
    assert answer["submitted_at"] is None
    assert answer["published_at"] is None
    assert answer["stocktake"] is None


def test_evidence_comes_in_its_order(owed_jp, officer_jp, own_key_jp):
    draft = make_entry(owed_jp, by=officer_jp)
    for position, title in [(2, "third"), (0, "first"), (1, "second")]:
        add_evidence(draft, by=officer_jp, position=position, title=title)
    (entry,) = results(own_key_jp, "entries/")
    assert [item["title"] for item in entry["evidence"]] == ["first", "second", "third"]


def test_a_late_entry_says_so(owed_jp, officer_jp, stocktake, green_key):
    make_entry(
        owed_jp,
        by=officer_jp,
        state=State.PUBLISHED,
        stocktake=stocktake,
        submitted_at=stocktake.due_at + timedelta(seconds=1),
    )
    assert results(green_key, "entries/")[0]["is_late"] is True


def test_words_are_told_as_they_were_written(owed_jp, officer_jp, own_key_jp):
    words = "<script>alert(1)</script>\r\n- ١٢٣ 日本語 👍\u0007 =1+1"
    make_entry(owed_jp, by=officer_jp, narrative=words)
    answer = own_key_jp.get(f"{API}entries/")
    assert answer.json()["results"][0]["narrative"] == words
    assert answer.headers["Content-Type"] == "application/json"


def test_times_are_told_in_utc_whatever_zone_the_reader_lives_in(
    published, observer, signed_in
):
    observer.time_zone = "Asia/Tokyo"
    observer.save()
    (entry,) = results(signed_in(observer), "entries/")
    assert entry["published_at"] == told(published.published_at)


def test_what_is_not_there_is_not_found(published, green_key, problem_of):
    for path in ("00000000-0000-4000-8000-000000000000/", "nothing/", "%00/"):
        status = 400 if "%00" in path else 404
        problem_of(green_key.get(f"{API}entries/{path}"), status)


# ---- Verbs that the reader may use ---------------------------------------------------


def allowed(client, entry):
    return client.get(f"{API}entries/{entry.pk}/").json()["allowed"]


def test_a_key_that_may_write_is_told_what_it_may_do(
    owed_jp, officer_jp, client_for_key
):
    draft = make_entry(owed_jp, by=officer_jp)
    writes = client_for_key(Scope.READ_OWN, Scope.WRITE_ENTRIES, member="JP")
    assert allowed(writes, draft) == ["edit", "submit", "discard"]


def test_a_key_that_only_reads_may_do_nothing(owed_jp, officer_jp, own_key_jp):
    assert allowed(own_key_jp, make_entry(owed_jp, by=officer_jp)) == []


def test_what_was_corrected_is_not_corrected_again(
    published, officer_jp, client_for_key
):
    writes = client_for_key(Scope.READ_OWN, Scope.WRITE_ENTRIES, member="JP")
    assert allowed(writes, published) == ["correct", "withdraw"]
    make_entry(
        published.member_commitment,
        by=officer_jp,
        kind="correction",
        supersedes=published,
        reason="A slip.",
    )
    assert allowed(writes, published) == []


def test_people_are_told_what_they_may_do(
    owed_jp, officer_jp, head_jp, contributor_jp, coordinator, stocktake, signed_in
):
    submitted = make_entry(
        owed_jp, by=officer_jp, state=State.SUBMITTED, stocktake=stocktake
    )
    assert allowed(signed_in(officer_jp), submitted) == ["recall"]
    assert allowed(signed_in(head_jp), submitted) == ["recall"]
    assert allowed(signed_in(coordinator), submitted) == ["return", "publish"]
    assert allowed(signed_in(contributor_jp), submitted) == []


def test_a_contributor_may_edit_what_is_theirs(
    plan, owed_jp, officer_jp, contributor_jp, signed_in
):
    theirs = make_entry(owed_jp, by=officer_jp)
    other = make_entry(member_commitment_of(plan, "2.1", "JP"), by=officer_jp)
    client = signed_in(contributor_jp)
    assert allowed(client, theirs) == ["edit"]
    assert allowed(client, other) == []


# ---- Filters -------------------------------------------------------------------------


@pytest.fixture
def several(plan, officer_jp, officer_fr, coordinator, second_reviewer):
    """Entries by name, green and published unless the test changes it."""
    first = make_stocktake(plan, by=coordinator, second_reviewer=second_reviewer)
    jp, fr = officer_jp, officer_fr

    def entry(code, member, by, **fields):
        owed = member_commitment_of(plan, code, member)
        return make_entry(owed, by=by, **{"state": State.PUBLISHED, **fields})

    # The ledger gives no publication an instant before the last one: the oldest first.
    return {
        "fr": entry(
            "2.1",
            "FR",
            fr,
            as_of=date(2017, 4, 1),
            handling=Handling.CLEAR,
            narrative="Les 税関 échangent des alertes.",
            next_steps="A second round.",
            obstacles="None so far",
            published_at=datetime(2017, 4, 2, 12, tzinfo=UTC),
        ),
        "old": entry("1.1.1", "JP", jp, as_of=date(2016, 6, 1), status="limited"),
        "new": entry("1.2.2", "JP", jp, as_of=date(2017, 5, 1), stocktake=first),
        "eu": entry("2.1", "EU", fr, as_of=date(2017, 3, 1), status="implemented"),
    }


# The query, and which of `several` are found, in this order.
CASES: list[tuple[dict[str, Any], str]] = [
    ({}, "new fr eu old"),
    ({"plan": "test-plan"}, "new fr eu old"),
    ({"plan": "another"}, ""),
    ({"action": "1"}, "new old"),
    ({"sub_area": "1.2"}, "new"),
    ({"commitment": "2.1"}, "fr eu"),
    ({"instrument": "interpol"}, "new"),
    ({"member": "JP"}, "new old"),
    ({"member": ["FR", "EU"]}, "fr eu"),
    ({"member": ["FR", "EU"], "member_kind": "state"}, "fr"),
    ({"member_kind": "organization"}, "eu"),
    ({"stocktake": "first"}, "new"),
    ({"kind": "update"}, "new fr eu old"),
    ({"kind": "correction"}, ""),
    ({"state": "published"}, "new fr eu old"),
    ({"state": "draft"}, ""),
    ({"status": "limited"}, "old"),
    ({"handling": "clear"}, "fr"),
    ({"handling": "amber"}, ""),
    ({"as_of_after": "2017-04-01"}, "new fr"),
    ({"as_of_before": "2017-03-01"}, "eu old"),
    ({"as_of_after": "2017-03-02", "as_of_before": "2017-04-30"}, "fr"),
    ({"published_since": "2017-04-02T12:00:00Z"}, "new fr eu old"),
    ({"published_since": "2017-04-02T12:00:00.000001Z"}, "new eu old"),
    ({"published_since": "2017-04-02T21:00:01+09:00"}, "new eu old"),
    ({"search": "税関"}, "fr"),
    ({"search": "SECOND ROUND"}, "fr"),
    ({"search": "none so"}, "fr"),
    ({"search": "every day"}, "new eu old"),
    ({"search": "INTERPOL"}, ""),
    ({"ordering": "as_of"}, "old eu fr new"),
    ({"ordering": "member,-as_of"}, "eu fr new old"),
    ({"ordering": "-commitment,as_of"}, "eu fr new old"),
    ({"ordering": "plan,-member,as_of"}, "old new fr eu"),
    ({"ordering": "published_at,as_of", "member": "FR"}, "fr"),
    ({"ordering": "written_at,as_of", "commitment": "1.1.1"}, "old"),
]


def test_entries_can_be_filtered(several, green_key):
    make_plan("another")
    names = {str(entry.pk): name for name, entry in several.items()}
    for params, expected in CASES:
        found = [names[entry_id] for entry_id in ids(green_key, **params)]
        assert found == expected.split(), params


def test_every_status_can_be_asked_for(several, green_key):
    for status in Status:
        for row in results(green_key, "entries/", status=status.value):
            assert row["status"] == status


def test_entries_are_filtered_by_language(owed_jp, officer_jp, own_key_jp):
    french = make_entry(owed_jp, by=officer_jp, language="fr")
    assert results(own_key_jp, "entries/?language=ja") == []
    (found,) = results(own_key_jp, "entries/?language=fr")
    assert (found["id"], found["language"]) == (str(french.pk), "fr")
    assert own_key_jp.get(f"{API}entries/?language=French").status_code == 400
