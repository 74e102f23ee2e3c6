"""Tests of how a draft goes round: who sends it, objects, and takes it back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import Event
from reports.actions.circulation import (
    circulate_report,
    object_to_report,
)
from reports.models import Report
from tests.circulations import circulate, make_draft

pytestmark = pytest.mark.django_db

Shown = Report.Circulation
SOON = timedelta(days=2)
LEAST = timedelta(microseconds=1)


@pytest.fixture
def draft(plan, coordinator) -> Report:
    return make_draft(plan, by=coordinator)


@pytest.fixture
def sent(draft, coordinator) -> Report:
    """A draft that heads may still object to."""
    circulate(draft, by=coordinator, ended=-SOON)
    draft.refresh_from_db()
    return draft


def objects(draft, by, at, reason="Our text is not in it."):
    return object_to_report(report_id=draft.pk, reason=reason, by=by, at=at)


def code_of(act, *args) -> str:
    with pytest.raises(ValidationError) as refused:
        act(*args)
    return str(refused.value.code)


def send(draft, by, at, ends_at):
    return circulate_report(report_id=draft.pk, ends_at=ends_at, by=by, at=at)


def test_a_draft_goes_to_all_members_but_the_chair(sent, coordinator):
    procedure = sent.circulations.get().procedure
    asked = set(procedure.members.values_list("pk", flat=True))
    assert asked == {"CA", "FR", "DE", "JP", "GB", "US", "EU"}
    assert sent.circulation == Shown.CIRCULATED
    event = Event.objects.get(verb="report.circulate")
    assert event.target_id == str(sent.pk)
    assert event.data["is_of_presidency"] is True


def test_a_head_objects_and_all_keep_the_draft(sent, head_jp, head_fr, now):
    objection = objects(sent, head_jp, now)
    assert objection.member_id == "JP"
    sent.refresh_from_db()
    assert sent.circulation == Shown.OBJECTED
    objects(sent, head_fr, now)
    assert code_of(objects, sent, head_fr, now) == "objected"
    assert Report.objects.visible_to(head_fr, now).contains(sent)
    assert Event.objects.filter(verb="report.object").count() == 2


def test_nobody_objects_to_what_does_not_circulate(draft, head_jp, coordinator, now):
    with pytest.raises(Report.DoesNotExist):
        objects(draft, head_jp, now)
    with pytest.raises(PermissionDenied):
        objects(draft, coordinator, now)
