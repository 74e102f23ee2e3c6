"""Tests with many people who act at once: no write is lost, each answer is true.

The threads and connections are real. Each act names the version that its author read.
Afterwards, the rows are compared with the answers that every caller got.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from io import StringIO
from itertools import groupby
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import Member, Role
from accounts.versions import StaleRow
from audit.models import Event
from commitments.models import MemberCommitment
from progress.actions.drafting import edit_entry
from progress.actions.review import publish_entry
from progress.entries.text import EntryText
from progress.models import Comment, Entry, Extension, LedgerRecord, State, Transition
from tests.factories import (
    CHAIR,
    WORDINGS,
    make_entry,
    make_user,
    member_commitment_of,
)
from tests.progress.crowd import MEMBERS, Crowd
from tests.progress.editing import page, typed

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
SEED = 4


@pytest.fixture
def crowd(plan, stocktake, many_connections) -> Crowd:
    waiting = make_entry(
        member_commitment_of(plan, "2.1", "DE"),
        by=make_user(Role.OFFICER, member="DE"),
        state=State.SUBMITTED,
        stocktake=stocktake,
    )
    owed = [
        member_commitment_of(plan, code, member)
        for code in WORDINGS
        for member in MEMBERS
    ]
    Member.objects.filter(code="FR").update(skips_clearance=True)
    return Crowd(stocktake, owed, waiting)


@pytest.mark.parametrize(
    ("threads", "acts"), [(4, 50), pytest.param(16, 200, marks=pytest.mark.long)]
)
def test_nothing_is_lost_when_many_work_at_once(crowd, threads, acts):
    crowd.run(threads=threads, acts=acts, seed=SEED)
    assert crowd.broken == []
    assert len(crowd.written) > threads * acts / 5, crowd.told
    check_versions(crowd)
    check_traces(crowd)
    # On a busy machine, few acts may not be enough for a publication.
    assert check_ledger() or threads * acts < 1000
    check_positions()


def check_versions(crowd: Crowd) -> None:
    """Check that each write followed the version it named, and no two the same one."""
    assert all(one.made == one.looked_at + 1 for one in crowd.written)
    found = {entry.pk: entry for entry in Entry.objects.all()}
    by_entry = sorted(crowd.written, key=lambda one: (one.entry, one.made))
    for pk, group in groupby(by_entry, key=lambda one: one.entry):
        entry, writes = found[pk], list(group)
        versions = [one.made for one in writes]
        assert len(set(versions)) == len(versions)
        left = set(range(writes[0].made, entry.version + 1)) - set(versions)
        # A stocktake that closed took its drafts out: no caller here wrote that.
        is_let_go = entry.stocktake_id is None and entry.kind == Entry.Kind.UPDATE
        assert len(left) <= is_let_go
        texts = [one.narrative for one in writes if one.narrative is not None]
        if texts:
            assert entry.narrative == texts[-1]
    assert {one.entry for one in crowd.written} == set(found)


def check_traces(crowd: Crowd) -> None:
    """Check that each accepted act has its event, and each refused act has none."""
    events = Event.objects.filter(verb__startswith="entry.")
    assert events.count() == len(crowd.written)
    assert set(Comment.objects.values_list("pk", flat=True)) == set(crowd.commented)
    assert Extension.objects.count() == len(crowd.extended)
    for entry in Entry.objects.exclude(pk=crowd.waiting.pk):
        states = list(entry.transitions.order_by("pk").values_list("before", "after"))
        assert [before for before, _ in states] == ["", *(a for _, a in states[:-1])]
        assert states[-1][1] == entry.state


def check_ledger() -> int:
    """Check that each publication has its record. Return how many there are."""
    sequences = LedgerRecord.objects.order_by("sequence").values_list("pk", flat=True)
    published = Entry.objects.filter(state=State.PUBLISHED).count()
    assert list(sequences) == list(range(1, published + 1))
    call_command("verify_ledger", stdout=StringIO())
    return published


def check_positions() -> None:
    """Check rule 3, word for word, for readers of each handling."""
    now = datetime.now(UTC)
    published = list(
        Entry.objects.filter(state=State.PUBLISHED).select_related("ledger_record")
    )
    gone = {entry.supersedes_id for entry in published}
    for handlings in (["clear"], ["clear", "green"], ["clear", "green", "amber"]):
        seen = Entry.objects.filter(state=State.PUBLISHED, handling__in=handlings)
        found = set(
            seen.positions(MemberCommitment.objects.all(), at=now.date(), known_at=now)
        )
        left = [
            entry
            for entry in published
            if entry.pk not in gone
            and entry.kind != Entry.Kind.WITHDRAWAL
            and entry.handling in handlings
        ]
        left.sort(key=lambda one: (one.as_of, one.published_at, one.ledger_record_id))
        assert found == set({one.member_commitment_id: one for one in left}.values())


# ---- Two people, one entry ---------------------------------------------------------


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all acts at once, each on its own connection; return results and errors."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except StaleRow as stale:
            return stale
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def two_officers(officer_jp):
    return [officer_jp, make_user(Role.OFFICER, member="JP")]


@pytest.fixture
def two_coordinators(coordinator):
    return [coordinator, make_user(Role.COORDINATOR, member=CHAIR)]


@pytest.fixture
def entry_jp(plan, officer_jp, stocktake):
    mine = member_commitment_of(plan, "1.2.2", "JP")
    return lambda state: make_entry(
        mine, by=officer_jp, state=state, stocktake=stocktake
    )


def test_of_two_officers_on_one_draft_the_second_is_told(entry_jp, two_officers):
    draft = entry_jp(State.DRAFT)
    about = {"entry_id": draft.pk, "version": 1, "at": datetime.now(UTC)}
    texts = [
        EntryText(as_of=draft.as_of, narrative=f"{by.name} wrote this.")
        for by in two_officers
    ]
    told = at_once(
        *(
            partial(edit_entry, **about, by=by, text=text)
            for by, text in zip(two_officers, texts, strict=True)
        )
    )
    (saved,) = [one for one in told if isinstance(one, Entry)]
    (stale,) = [one for one in told if isinstance(one, StaleRow)]
    kept = Entry.objects.get()
    assert (kept.version, kept.narrative) == (2, saved.narrative)
    assert stale.row.narrative == saved.narrative


def test_of_two_coordinators_who_publish_the_second_is_told(entry_jp, two_coordinators):
    entry = entry_jp(State.SUBMITTED)
    about = {"entry_id": entry.pk, "version": 1, "at": datetime.now(UTC)}
    told = at_once(*(partial(publish_entry, **about, by=by) for by in two_coordinators))
    assert sorted(type(one).__name__ for one in told) == ["Entry", "StaleRow"]
    assert LedgerRecord.objects.count() == 1
    assert Transition.objects.filter(verb="publish").count() == 1
    assert Event.objects.filter(verb="entry.publish").count() == 1


def test_in_the_browser_the_second_officer_is_shown_both_texts(
    entry_jp, two_officers, signed_in
):
    url = f"/entries/{entry_jp(State.DRAFT).pk}/edit/"
    words = ["The first of two bureaus.", "The second of two bureaus."]
    told = at_once(
        *(
            partial(signed_in(by).post, url, typed(1, narrative=text))
            for by, text in zip(two_officers, words, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in told) == [302, 409]
    (conflict,) = [answer for answer in told if answer.status_code == 409]
    assert all(text in page(conflict) for text in words)
    assert Entry.objects.get().narrative in words


def test_in_the_browser_the_second_coordinator_is_told(
    entry_jp, two_coordinators, signed_in
):
    url = f"/entries/{entry_jp(State.SUBMITTED).pk}/publish/"
    told = at_once(
        *(partial(signed_in(by).post, url, {"version": 1}) for by in two_coordinators)
    )
    assert sorted(answer.status_code for answer in told) == [302, 409]
    assert LedgerRecord.objects.count() == 1
