"""Tests of the page of one entry, for each of its readers."""

from datetime import UTC, datetime, timedelta

import pytest

from progress.actions.amendments import correct_entry
from progress.actions.review import publish_entry
from progress.models import Entry, State
from tests.factories import (
    make_entry,
    make_user,
    member_commitment_of,
    set_lead_and_target,
)
from tests.progress.editing import page


@pytest.fixture
def entry_in(plan, officer_jp, stocktake):
    def make(state, **fields):
        mine = member_commitment_of(plan, "1.2.1", "JP")
        values = {"by": officer_jp, "state": state, "stocktake": stocktake, **fields}
        return make_entry(mine, **values)

    return make


@pytest.fixture
def seen_by(request, signed_in):
    def look(entry, who):
        browser = signed_in(request.getfixturevalue(who))
        return browser.get(f"/entries/{entry.pk}/")

    return look


def buttons_of(shown: str, entry) -> set[str]:
    verbs = [
        "edit", "submit", "send-back", "clear", "recall", "discard", "return",
        "publish", "correct", "withdraw",
    ]  # fmt: skip
    return {verb for verb in verbs if f'"/entries/{entry.pk}/{verb}/"' in shown}


def test_whole_entry_is_shown(entry_in, seen_by):
    entry = entry_in(
        State.DRAFT,
        narrative="**Four** of five",
        next_steps="The **fifth**.",
        obstacles="Time.",
        is_at_risk=True,
        evidence=1,
    )
    shown = page(seen_by(entry, "officer_jp"))
    for words in (
        "<strong>Four</strong>", "<strong>fifth</strong>", "Time.", "At risk",
        "TLP:GREEN", 'href="https://example.org/report"', "Stocktake first",
        "By Officer JP",
    ):  # fmt: skip
        assert words in shown


def test_script_and_hostile_links_are_words(entry_in, seen_by):
    entry = entry_in(
        State.PUBLISHED,
        narrative="<script>alert(1)</script> [x](javascript:alert(1)) ![i](https://e.vil/i)",
    )
    shown = page(seen_by(entry, "observer"))
    assert "<script>alert" not in shown
    assert 'href="javascript' not in shown
    assert "<img" not in shown


def test_japanese_is_marked_as_japanese(entry_in, seen_by):
    entry = entry_in(State.PUBLISHED, narrative="照合している。")
    assert 'class="narrative" lang="ja"' in page(seen_by(entry, "observer"))


@pytest.mark.parametrize(
    ("state", "who", "buttons"),
    [
        (State.DRAFT, "officer_jp", {"edit", "submit", "discard"}),
        (State.DRAFT, "head_jp", {"edit", "submit", "discard"}),
        (State.DRAFT, "contributor_jp", set()),
        (State.IN_CLEARANCE, "officer_jp", {"recall"}),
        (State.IN_CLEARANCE, "head_jp", {"recall", "clear", "send-back"}),
        (State.SUBMITTED, "coordinator", {"return", "publish"}),
        (State.SUBMITTED, "officer_jp", {"recall"}),
        (State.RETURNED, "officer_jp", {"edit", "submit", "discard"}),
        (State.PUBLISHED, "officer_jp", {"correct", "withdraw"}),
        (State.PUBLISHED, "coordinator", set()),
        (State.PUBLISHED, "observer", set()),
        (State.DISCARDED, "officer_jp", set()),
    ],
)
def test_buttons_are_the_verbs_open_to_the_reader(
    entry_in, seen_by, state, who, buttons
):
    entry = entry_in(state)
    assert buttons_of(page(seen_by(entry, who)), entry) == buttons


@pytest.mark.parametrize(
    ("state", "who", "status"),
    [
        (State.DRAFT, "contributor_jp", 200),
        (State.DRAFT, "officer_fr", 404),
        (State.DRAFT, "coordinator", 404),
        (State.IN_CLEARANCE, "coordinator", 404),
        (State.SUBMITTED, "coordinator", 200),
        (State.SUBMITTED, "second_reviewer", 404),
        (State.SUBMITTED, "former_coordinator", 404),
        (State.SUBMITTED, "observer", 404),
        (State.RETURNED, "coordinator", 404),
        (State.PUBLISHED, "observer", 200),
        (State.PUBLISHED, "assessor", 200),
        (State.PUBLISHED, "officer_fr", 200),
        (State.PUBLISHED, "administrator", 404),
        (State.DISCARDED, "coordinator", 404),
    ],
)
def test_who_may_not_know_of_it_finds_nothing(entry_in, seen_by, state, who, status):
    assert seen_by(entry_in(state), who).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("officer_fr", 404), ("observer", 404), ("former_coordinator", 404),
     ("coordinator", 200), ("officer_jp", 200)],
)  # fmt: skip
def test_amber_is_for_the_delegation_and_the_presidency(entry_in, seen_by, who, status):
    entry = entry_in(State.PUBLISHED, handling="amber")
    assert seen_by(entry, who).status_code == status


def test_people_have_names_at_home_only(
    entry_in, seen_by, signed_in, officer_jp, head_jp, coordinator
):
    entry = entry_in(State.DRAFT)
    signed_in(officer_jp).post(f"/entries/{entry.pk}/submit/", {"version": 1})
    signed_in(head_jp).post(f"/entries/{entry.pk}/clear/", {"version": 2})
    for who in ("officer_jp", "coordinator"):
        assert "With the Presidency" in page(seen_by(entry, who))
        assert "Sent for review" in page(seen_by(entry, who))
    assert "Head JP" in page(seen_by(entry, "officer_jp"))
    outside = page(seen_by(entry, "coordinator"))
    assert "Officer JP" not in outside
    assert "Head JP" not in outside
    assert "By a head or acting head of delegation" in outside
    assert "Japan" in outside

    signed_in(coordinator).post(f"/entries/{entry.pk}/publish/", {"version": 3})
    at_home = page(seen_by(entry, "officer_jp"))
    assert "The Presidency" in at_home
    assert "Coordinator" not in at_home
    elsewhere = page(seen_by(entry, "officer_fr"))
    assert ">History</h2>" in at_home
    assert ">History</h2>" not in elsewhere
    assert "Officer JP" not in elsewhere


def test_second_reviewer_is_known_as_such(
    plan, chair, officer_of_the_chair, second_reviewer, signed_in, seen_by, stocktake
):
    theirs = member_commitment_of(plan, "1.2.1", chair)
    entry = make_entry(
        theirs, by=officer_of_the_chair, state=State.SUBMITTED, stocktake=stocktake
    )
    signed_in(second_reviewer).post(f"/entries/{entry.pk}/publish/", {"version": 1})
    assert "The second reviewer" in page(seen_by(entry, "officer_of_the_chair"))


def test_reasons_inside_the_delegation_stay_there(
    entry_in, seen_by, signed_in, officer_jp, head_jp
):
    entry = entry_in(State.IN_CLEARANCE)
    sent = {"version": 1, "reason": "Not for others."}
    signed_in(head_jp).post(f"/entries/{entry.pk}/send-back/", sent)
    signed_in(officer_jp).post(f"/entries/{entry.pk}/submit/", {"version": 2})
    signed_in(head_jp).post(f"/entries/{entry.pk}/clear/", {"version": 3})
    assert "Not for others." in page(seen_by(entry, "officer_jp"))
    assert "Not for others." not in page(seen_by(entry, "coordinator"))


def test_correction_under_way_is_known_at_home_only(entry_in, seen_by, officer_jp):
    entry = entry_in(State.PUBLISHED)
    now = datetime.now(UTC)
    draft = correct_entry(
        entry_id=entry.pk, version=1, reason="Wrong year.", by=officer_jp, at=now
    )
    at_home = page(seen_by(entry, "officer_jp"))
    assert "A correction of this entry is in progress" in at_home
    assert f"/entries/{draft.pk}/" in at_home
    for who in ("observer", "coordinator", "officer_fr"):
        assert str(draft.pk) not in page(seen_by(entry, who))
        assert "is in progress" not in page(seen_by(entry, who))


def test_published_correction_is_linked_where_it_may_be_seen(
    entry_in, seen_by, officer_jp, coordinator
):
    entry = entry_in(State.PUBLISHED)
    correction = entry_in(
        State.SUBMITTED,
        kind=Entry.Kind.CORRECTION,
        supersedes=entry,
        reason="Wrong year.",
        handling="amber",
    )
    now = datetime.now(UTC)
    publish_entry(entry_id=correction.pk, version=1, by=coordinator, at=now)
    assert "This entry has been corrected" in page(seen_by(entry, "officer_jp"))
    assert "has been corrected" not in page(seen_by(entry, "observer"))


def test_returned_rounds_are_kept_for_the_delegation(
    entry_in, seen_by, signed_in, coordinator
):
    entry = entry_in(State.SUBMITTED, narrative="As it was.")
    sent = {"version": 1, "reason": "Which year?"}
    signed_in(coordinator).post(f"/entries/{entry.pk}/return/", sent)
    shown = page(seen_by(entry, "officer_jp"))
    assert "Returned versions" in shown
    assert "Which year?" in shown


def test_late_for_ever(entry_in, seen_by, stocktake):
    stocktake.due_at = datetime.now(UTC).replace(year=2020)
    stocktake.opens_at = stocktake.due_at.replace(year=2019)
    stocktake.save()
    assert "tag-late" in page(seen_by(entry_in(State.PUBLISHED), "observer"))


def test_detail_asks_few_queries(
    entry_in, signed_in, officer_jp, coordinator, django_assert_max_num_queries
):
    entry = entry_in(State.SUBMITTED, evidence=5)
    for user in (officer_jp, coordinator):
        browser = signed_in(user)
        with django_assert_max_num_queries(12):
            browser.get(f"/entries/{entry.pk}/")


def test_an_entry_returned_many_times_asks_no_more_queries(
    entry_in, signed_in, officer_jp, coordinator, now, django_assert_max_num_queries
):
    """Each return names the reviewer who had the chair on that day."""
    entry = entry_in(State.SUBMITTED)
    for day in range(12):
        entry.transitions.create(
            verb="return", before="submitted", after="returned", reason="Which year?",
            at=now - timedelta(days=day), by=coordinator,
        )  # fmt: skip
    browser = signed_in(officer_jp)
    with django_assert_max_num_queries(12):
        shown = page(browser.get(f"/entries/{entry.pk}/"))
    assert shown.count("The Presidency") >= 12


def test_reading_changes_nothing(entry_in, seen_by):
    entry = entry_in(State.DRAFT)
    seen_by(entry, "officer_jp")
    entry.refresh_from_db()
    assert entry.version == 1


def test_person_without_a_role_sees_nothing(entry_in, signed_in):
    entry = entry_in(State.PUBLISHED)
    browser = signed_in(make_user())
    assert browser.get(f"/entries/{entry.pk}/").status_code == 404


def test_an_author_who_moved_away_is_not_named_to_their_new_delegation(
    entry_in, seen_by, officer_jp, officer_fr
):
    entry = entry_in(State.PUBLISHED)
    officer_jp.member_id = "FR"
    officer_jp.save()
    for who in ("officer_fr", "officer_jp"):
        shown = page(seen_by(entry, who)).split("<main")[1]
        assert "By Japan" in shown
        assert "Officer JP" not in shown


def test_letters_of_older_texts_are_never_turned_around(
    entry_in, signed_in, officer_jp
):
    stored = "\u202eecitsuJ fo yrtsiniM\u202c"
    entry = entry_in(State.DRAFT, narrative=stored)
    set_lead_and_target(entry.member_commitment, stored)
    browser = signed_in(officer_jp)
    for path in (
        f"/entries/{entry.pk}/",
        f"/entries/{entry.pk}/edit/",
        f"/plans/{entry.member_commitment.commitment.plan.slug}/commitments/1.2.1/",
    ):
        shown = page(browser.get(path))
        assert not set("\u202a\u202b\u202c\u202d\u202e") & set(shown)
        assert "▯ecitsuJ fo yrtsiniM▯" in shown
