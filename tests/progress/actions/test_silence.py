"""Tests of the silence procedure: who objects, until when, and who was silent."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from accounts.models import Role
from audit.models import Event
from progress.actions.silence import (
    SHORTEST,
    object_to,
    start_silence_procedure,
    stop_silence_procedure,
)
from progress.models import AskedMember, Objection, SilenceProcedure
from progress.silence.record import SilenceRecord
from progress.stocktakes.terms import LONGEST
from tests.factories import CHAIR, NEXT_CHAIR, make_user

State = SilenceProcedure.State
LEAST = timedelta(microseconds=1)
LATER = timedelta(days=2)
ASKED = ("FR", "IT", "JP")


@pytest.fixture
def began_at(now):
    return now - timedelta(days=9)


@pytest.fixture
def procedure(coordinator, began_at) -> SilenceProcedure:
    return start_silence_procedure(
        members=ASKED, ends_at=began_at + LATER, by=coordinator, at=began_at
    )


def objects(procedure, by, at, reason="Our text is not in it."):
    return object_to(procedure_id=procedure.pk, reason=reason, by=by, at=at)


def code_of(act, *args) -> str:
    with pytest.raises(ValidationError) as refused:
        act(*args)
    return str(refused.value.code)


def record_at(procedure, at) -> SilenceRecord:
    return SilenceRecord.of(SilenceProcedure.objects.get(pk=procedure.pk), at)


# Silence


def test_silence_until_the_deadline_is_agreement(procedure):
    during = record_at(procedure, procedure.ends_at)
    after = record_at(procedure, procedure.ends_at + LEAST)
    assert (during.state, after.state) == (State.RUNNING, State.AGREED)
    assert [member.code for member in after.silent] == ["FR", "IT", "JP"]
    assert after.objections == []


def test_a_start_is_recorded_with_deadline_and_members(procedure):
    event = Event.objects.get(verb="silence.start")
    assert event.target_id == str(procedure.pk)
    assert event.data["members"] == sorted(ASKED)


# Objections


def test_an_objection_at_the_deadline_counts_and_one_after_it_does_not(
    procedure, head_jp, head_fr
):
    objects(procedure, head_jp, procedure.ends_at)
    late = procedure.ends_at + LEAST
    assert code_of(objects, procedure, head_fr, late) == "too_late"
    record = record_at(procedure, late)
    assert record.state is State.OBJECTED
    assert [one.member_id for one in record.objections] == ["JP"]
    assert [member.code for member in record.silent] == ["FR", "IT"]


def test_one_objection_breaks_the_silence_and_others_may_follow(
    procedure, head_jp, head_fr, began_at
):
    objects(procedure, head_jp, began_at + LEAST)
    assert record_at(procedure, began_at).state is State.RUNNING
    assert record_at(procedure, began_at + LEAST).state is State.OBJECTED
    objects(procedure, head_fr, procedure.ends_at)
    assert code_of(objects, procedure, head_fr, procedure.ends_at) == "objected"
    assert Event.objects.filter(verb="silence.object", member="FR").count() == 1


def test_a_sentence_says_when_the_time_for_objections_ended(procedure, head_jp):
    with pytest.raises(ValidationError, match="came too late"):
        objects(procedure, head_jp, procedure.ends_at + timedelta(days=1))


@pytest.mark.parametrize("reason", ["", " ", "x" * 2001, "a\x00b"])
def test_an_objection_has_a_readable_reason(procedure, head_jp, began_at, reason):
    with pytest.raises(ValidationError) as refused:
        objects(procedure, head_jp, began_at + LEAST, reason)
    assert set(refused.value.message_dict) == {"reason"}


@pytest.mark.parametrize(
    ("role", "member"),
    [
        (Role.HEAD, "DE"),  # was not asked
        (Role.OFFICER, "JP"),
        (Role.COORDINATOR, "JP"),
        (Role.COORDINATOR, CHAIR),
        (Role.OBSERVER, None),
        (Role.ADMINISTRATOR, None),
    ],
)
def test_only_heads_of_members_asked_object(procedure, began_at, role, member):
    with pytest.raises(PermissionDenied):
        objects(procedure, make_user(role, member=member), began_at + LEAST)


# Starting and stopping


def test_only_the_presidency_starts_and_stops(
    procedure, former_coordinator, head_jp, administrator, began_at
):
    for person in (former_coordinator, head_jp, administrator):
        with pytest.raises(PermissionDenied):
            start_silence_procedure(
                members=ASKED, ends_at=began_at + LATER, by=person, at=began_at
            )
        with pytest.raises(PermissionDenied):
            stop(procedure, person, began_at)


@pytest.mark.parametrize(
    "after", [-LEAST, timedelta(0), SHORTEST - LEAST, LONGEST + LEAST]
)
def test_a_deadline_leaves_a_day_and_is_within_a_year(coordinator, now, after):
    with pytest.raises(ValidationError) as refused:
        start_silence_procedure(
            members=ASKED, ends_at=now + after, by=coordinator, at=now
        )
    assert set(refused.value.message_dict) == {"ends_at"}


def test_a_procedure_asks_somebody(coordinator, now):
    with pytest.raises(ValidationError) as refused:
        start_silence_procedure(members=(), ends_at=now + LATER, by=coordinator, at=now)
    assert set(refused.value.message_dict) == {"members"}


def stop(procedure, by, at):
    return stop_silence_procedure(procedure_id=procedure.pk, by=by, at=at)


def test_a_stopped_procedure_takes_no_objection_and_stops_once(
    procedure, coordinator, head_jp, began_at
):
    at = began_at + LEAST
    stop(procedure, coordinator, at)
    assert record_at(procedure, at).state is State.STOPPED
    assert code_of(objects, procedure, head_jp, at) == "stopped"
    assert code_of(stop, procedure, coordinator, at) == "stopped"


def test_what_is_agreed_is_not_stopped(procedure, coordinator):
    after = procedure.ends_at + LEAST
    assert code_of(stop, procedure, coordinator, after) == "agreed"


def test_a_handover_keeps_deadline_and_objections(procedure, head_jp, began_at, chair):
    objects(procedure, head_jp, began_at + LEAST)
    assert chair != NEXT_CHAIR
    record = record_at(procedure, procedure.ends_at)
    assert record.procedure.ends_at == began_at + LATER
    assert len(record.objections) == 1


# What the database refuses


def refused(write) -> bool:
    try:
        with transaction.atomic():
            write()
    except DatabaseError:
        return True
    return False


def test_the_database_keeps_what_was_asked_and_said(procedure, head_jp, began_at):
    objection = objects(procedure, head_jp, began_at + LEAST)
    asked = SilenceProcedure.objects.filter(pk=procedure.pk)
    assert refused(lambda: asked.update(ends_at=procedure.ends_at + LATER))
    assert refused(asked.delete)
    said = Objection.objects.filter(pk=objection.pk)
    assert refused(lambda: said.update(reason="Nothing."))
    assert refused(lambda: AskedMember.objects.all().delete())


@pytest.mark.parametrize("member", ["DE", "FR"])
def test_the_database_refuses_an_objection_that_does_not_count(
    procedure, head_fr, member
):
    late = LEAST if member == "FR" else timedelta(0)
    assert refused(
        lambda: Objection.objects.create(
            procedure=procedure,
            member_id=member,
            reason="Why?",
            objected_at=procedure.ends_at + late,
            objected_by=head_fr,
        )
    )
