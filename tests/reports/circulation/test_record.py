"""Tests of what each reader learns of how a report went round."""

from itertools import product

import pytest

from accounts.models import Role
from progress.models import SilenceProcedure
from reports.actions.circulation import object_to_report, stop_circulation
from reports.actions.finals import approve_final
from reports.circulation.record import record_for
from tests.factories import CHAIR, FORMER_CHAIR, make_user
from tests.reports.circulation.circulations import circulate, make_draft, make_final
from tests.reports.circulation.conftest import SOON

pytestmark = pytest.mark.django_db

State = SilenceProcedure.State
REASON = "Our text is not in it."


@pytest.fixture
def readers(coordinator, head_jp, head_fr):
    return {
        "presidency": coordinator,
        "objecting head": head_jp,
        "objecting officer": make_user(Role.OFFICER, member="JP"),
        "silent head": head_fr,
        "former presidency": make_user(Role.COORDINATOR, member=FORMER_CHAIR),
        "head of the chair": make_user(Role.HEAD, member=CHAIR),
    }


@pytest.mark.parametrize("is_over", [False, True])
def test_reasons_and_silence_are_told_to_those_they_are_for(
    draft, coordinator, head_jp, readers, now, is_over
):
    ended = {} if is_over else {"ended": -SOON}
    procedure = circulate(draft, by=coordinator, **ended).procedure
    at = procedure.ends_at if is_over else now
    object_to_report(report_id=draft.pk, reason=REASON, by=head_jp, at=at)
    for name, reader in readers.items():
        record = record_for(draft, reader, at=now)
        assert record is not None
        assert record.latest is not None
        assert record.latest.state is State.OBJECTED
        assert record.latest.objection_count == 1
        told = [one.reason for one in record.latest.objections]
        is_told = name in {"presidency", "objecting head", "objecting officer"}
        assert told == ([REASON] if is_told else []), name
        silent = {one.pk for one in record.latest.silent}
        is_asker = name == "presidency" and is_over
        assert silent == ({"CA", "FR", "DE", "GB", "US", "EU"} if is_asker else set())
        assert record.can_object is (name == "silent head" and not is_over), name
        assert record.can_stop is (name == "presidency" and not is_over)


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.ASSESSOR, Role.ADMINISTRATOR])
def test_who_is_of_no_delegation_learns_nothing(sent, role, now):
    assert record_for(sent, make_user(role), at=now) is None


def test_a_key_learns_nothing(sent, officer_jp, now):
    officer_jp.scopes = frozenset({"read:reports", "read:green"})
    assert record_for(sent, officer_jp, at=now) is None


def test_a_draft_that_did_not_go_round_has_a_record_for_the_presidency(
    plan, draft, coordinator, head_jp, now
):
    record = record_for(draft, coordinator, at=now)
    assert record is not None
    assert (record.rounds, record.can_circulate) == ([], True)
    assert record.approve_obstacle == "This draft has not been circulated."
    assert record_for(draft, head_jp, at=now) is None
    amber = record_for(
        make_draft(plan, by=coordinator, audience="amber"), coordinator, at=now
    )
    assert amber is not None
    assert "TLP:AMBER" in amber.circulate_obstacle
    own = make_draft(plan, by=coordinator, is_of_presidency=False)
    assert record_for(own, coordinator, at=now) is None


def test_approvals_are_told_to_the_presidency_alone(
    agreed, coordinator, colleague, readers, now
):
    approve_final(report_id=agreed.pk, by=colleague, at=now)
    for (name, reader), field in product(readers.items(), ["can_approve", "approvals"]):
        record = record_for(agreed, reader, at=now)
        assert record is not None
        assert bool(getattr(record, field)) is (name == "presidency"), name
    record = record_for(agreed, colleague, at=now)
    assert record is not None
    assert (record.has_approved, record.can_approve) == (True, False)


def test_a_final_is_linked_once_its_reader_may_see_it(
    agreed, coordinator, colleague, head_jp, now
):
    final = make_final(agreed, by=coordinator, other=colleague)
    for reader, seen in ((coordinator, final), (head_jp, None)):
        record = record_for(agreed, reader, at=now)
        assert record is not None
        assert record.final == seen
        assert not record.can_circulate
    assert record_for(final, coordinator, at=now) is None


def test_a_stopped_round_counts_no_silence(sent, coordinator, now):
    stop_circulation(report_id=sent.pk, by=coordinator, at=now)
    record = record_for(sent, coordinator, at=now + 2 * SOON)
    assert record is not None
    assert record.latest is not None
    assert (record.latest.state, record.latest.silent) == (State.STOPPED, ())
    assert record.can_circulate


def test_a_record_takes_few_queries(
    sent, coordinator, head_jp, django_assert_max_num_queries, now
):
    object_to_report(report_id=sent.pk, reason=REASON, by=head_jp, at=now)
    with django_assert_max_num_queries(10):
        record_for(sent, coordinator, at=now)
