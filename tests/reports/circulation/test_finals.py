"""Tests of how a draft becomes final: by two coordinators, and unchanged."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Role, User
from audit.models import Event
from commitments.models import Commitment
from progress.actions.link_checks import plan_link_checks
from progress.ledger.chain import hash_of
from progress.models import LinkCheck, State
from reports import labels
from reports.actions.finals import approve_final
from reports.models import FinalApproval, Report
from reports.runner import compile_if_waiting
from tests.factories import make_entry, make_user, member_commitment_of
from tests.reports.circulation.circulations import (
    COMPILED,
    circulate,
    make_draft,
    make_final,
)

pytestmark = pytest.mark.django_db

Shown = Report.Circulation


def approve(draft, by, at):
    return approve_final(report_id=draft.pk, by=by, at=at)


def codes_of(act, *args) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        act(*args)
    return [str(one.code) for one in refused.value.error_list]


@pytest.fixture
def publish(plan, officer_jp, coordinator):
    """`publish(ago)`: Japan's entry on 1.2.2 with a link, published so long ago."""

    def publish(ago: timedelta = timedelta(0), **fields):
        return make_entry(
            member_commitment_of(plan, "1.2.2", "JP"),
            by=officer_jp,
            state=State.PUBLISHED,
            published_by=coordinator,
            submitted_at=timezone.now() - ago,
            published_at=timezone.now() - ago,
            as_of=(timezone.now() - COMPILED).date() - timedelta(days=1),
            evidence=1,
            **fields,
        )

    return publish


# Two hands


def test_the_second_coordinator_makes_the_final(agreed, coordinator, colleague, now):
    assert approve(agreed, coordinator, now) is None
    final = approve(agreed, colleague, now)
    assert final is not None
    assert (final.state, final.circulation) == (Report.State.QUEUED, Shown.FINAL)
    assert (final.at, final.final_of_id) == (agreed.at, agreed.pk)
    assert final.draft_number is None
    agreed.refresh_from_db()
    assert agreed.circulation == Shown.CIRCULATED
    verbs = ["report.approve", "report.final"]
    events = Event.objects.filter(verb__in=verbs).order_by("pk")
    assert list(events.values_list("verb", "actor_id")) == [
        ("report.approve", coordinator.pk),
        ("report.approve", colleague.pk),
        ("report.final", colleague.pk),
    ]


def test_the_first_coordinator_is_not_the_second(agreed, coordinator, now):
    approve(agreed, coordinator, now)
    assert codes_of(approve, agreed, coordinator, now) == ["same_person"]
    assert not Report.objects.filter(circulation=Shown.FINAL).exists()


def test_an_approval_of_who_is_no_coordinator_any_more_does_not_count(
    agreed, coordinator, colleague, now
):
    approve(agreed, coordinator, now)
    User.objects.filter(pk=coordinator.pk).update(is_active=False)
    assert approve(agreed, colleague, now) is None


def test_a_draft_becomes_final_once(agreed, coordinator, colleague, chair, now):
    make_final(agreed, by=coordinator, other=colleague)
    third = make_user(Role.COORDINATOR, member=chair)
    assert codes_of(approve, agreed, third, now) == ["final"]
    assert FinalApproval.objects.count() == 2


def test_only_the_last_draft_that_went_round_becomes_final(
    plan, agreed, coordinator, now
):
    circulate(make_draft(plan, by=coordinator), by=coordinator)
    assert codes_of(approve, agreed, coordinator, now) == ["later_draft"]


def test_the_database_refuses_a_final_that_one_person_approved(
    agreed, coordinator, now
):
    approve(agreed, coordinator, now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.create(
            plan=agreed.plan,
            at=agreed.at,
            known_at=now,
            audience="green",
            requested_at=now,
            requested_by=coordinator,
            is_of_presidency=True,
            final_of=agreed,
            circulation=Shown.FINAL,
        )


# What becomes final is what was read


def test_an_entry_published_since_is_named_in_the_refusal(
    agreed, coordinator, publish, now
):
    publish()
    with pytest.raises(ValidationError) as refused:
        approve(agreed, coordinator, timezone.now())
    assert {one.code for one in refused.value.error_list} == {"differs"}
    text = " ".join(refused.value.messages)
    assert "no longer say what was circulated" in text
    assert "1 new entry" in text
    assert "1.2.2" in text
    assert "Japan" in text
    assert not FinalApproval.objects.exists()


def test_an_amber_entry_published_since_changes_no_green_report(
    agreed, coordinator, publish
):
    publish(handling="amber")
    assert approve(agreed, coordinator, timezone.now()) is None


@pytest.mark.usefixtures("made_up_reports")
def test_the_worker_refuses_what_differs_by_then(
    agreed, coordinator, colleague, publish
):
    final = make_final(agreed, by=coordinator, other=colleague)
    # It was published while the second coordinator approved.
    publish(timezone.now() - final.requested_at)
    assert compile_if_waiting(final.pk)
    final.refresh_from_db()
    assert final.state == Report.State.FAILED
    assert "no longer say what was circulated" in final.problem
    assert "1 new entry" in final.problem
    assert not final.files.exists()


@pytest.fixture
def a_week_later(plan, publish, coordinator, monkeypatch, settings) -> Report:
    """A draft that was agreed to a week ago. Then its surroundings changed."""
    publish(COMPILED + timedelta(days=1))
    draft = make_draft(plan, by=coordinator)
    circulate(draft, by=coordinator)
    # A check found that the link is dead.
    plan_link_checks(at=timezone.now())
    LinkCheck.objects.update(checked_at=timezone.now(), dead_since=timezone.now())
    # An administrator edited a short title.
    Commitment.objects.filter(code="1.2.2").update(short_title="I-24/7")
    # An upgrade changed words of the system.
    settings.PRODUCT_VERSION = "99.0"
    monkeypatch.setitem(labels.LABELS, "contents", "What is in it")
    monkeypatch.setitem(labels.AUDIENCE_STATEMENTS, "green", "Keep this to yourself.")
    monkeypatch.setattr(labels, "METHOD", labels.METHOD[:1])
    return draft


@pytest.mark.usefixtures("made_up_reports")
def test_a_week_later_a_draft_becomes_final_in_its_own_words(
    a_week_later, coordinator, colleague
):
    final = make_final(a_week_later, by=coordinator, other=colleague)
    assert compile_if_waiting(final.pk)
    final.refresh_from_db()
    assert (final.state, final.problem) == (Report.State.DONE, "")
    assert final.facts_sha256 == a_week_later.facts_sha256
    assert final.snapshot
    assert final.snapshot["facts"] == a_week_later.snapshot["facts"]
    # The same facts at another second are another document.
    assert hash_of(final.snapshot) == final.snapshot_sha256
    assert final.known_at > a_week_later.known_at
    envelope = final.snapshot["envelope"]
    assert envelope["versions"]["product"] == "99.0"
    assert len(envelope["dead_links"]) == 1
    assert envelope["final_of"] == str(a_week_later.pk)


def test_a_label_that_the_draft_does_not_have_is_refused(
    a_week_later, coordinator, monkeypatch
):
    monkeypatch.setitem(labels.LABELS, "of_the_upgrade", "Signed by")
    assert codes_of(approve, a_week_later, coordinator, timezone.now())[0] == "differs"


def test_a_report_asked_for_now_has_the_new_words(a_week_later, plan, colleague):
    following = make_draft(plan, by=colleague)
    assert following.facts_sha256 != a_week_later.facts_sha256
