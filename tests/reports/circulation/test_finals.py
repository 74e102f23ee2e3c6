"""Tests of how a draft becomes final: by two coordinators, and unchanged."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role
from audit.models import Event
from reports.actions.finals import approve_final
from reports.models import FinalApproval, Report
from tests.circulations import make_final
from tests.factories import make_user

pytestmark = pytest.mark.django_db

Shown = Report.Circulation


def approve(draft, by, at):
    return approve_final(report_id=draft.pk, by=by, at=at)


def codes_of(act, *args) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        act(*args)
    return [str(one.code) for one in refused.value.error_list]


def test_the_second_coordinator_makes_the_final(agreed, coordinator, colleague, now):
    assert approve(agreed, coordinator, now) is None
    final = approve(agreed, colleague, now)
    assert final is not None
    assert (final.state, final.circulation) == (Report.State.QUEUED, Shown.FINAL)
    assert (final.at, final.final_of_id) == (agreed.at, agreed.pk)
    assert final.draft_number is None
    agreed.refresh_from_db()
    assert agreed.circulation == Shown.CIRCULATED
    assert list(
        Event.objects.filter(verb__in=["report.approve", "report.final"])
        .order_by("pk")
        .values_list("verb", "actor_id")
    ) == [
        ("report.approve", coordinator.pk),
        ("report.approve", colleague.pk),
        ("report.final", colleague.pk),
    ]


def test_the_first_coordinator_is_not_the_second(agreed, coordinator, now):
    approve(agreed, coordinator, now)
    assert codes_of(approve, agreed, coordinator, now) == ["same_person"]
    assert not Report.objects.filter(circulation=Shown.FINAL).exists()


def test_a_draft_becomes_final_once(agreed, coordinator, colleague, chair, now):
    make_final(agreed, by=coordinator, other=colleague)
    third = make_user(Role.COORDINATOR, member=chair)
    assert codes_of(approve, agreed, third, now) == ["final"]
    assert FinalApproval.objects.count() == 2
