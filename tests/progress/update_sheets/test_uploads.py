"""Tests of an uploaded sheet: whose it is, and how long it is kept."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Role, User
from progress.actions.sheet_uploads import (
    delete_old_uploads,
    discard_upload,
    keep_decisions,
    keep_upload,
)
from progress.models import SheetUpload
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def keep(plan, now):
    def kept(
        by: User, name: str = "mine.xlsx", content: bytes = b"rows"
    ) -> SheetUpload:
        return keep_upload(plan=plan, file_name=name, content=content, by=by, at=now)

    return kept


def test_a_second_file_replaces_the_first_with_what_was_chosen_for_it(keep, officer_jp):
    first = keep(officer_jp)
    keep_decisions(upload_id=first.pk, decisions={"1.2.2": 1}, by=officer_jp)
    keep(officer_jp, "again.csv", b"others")
    upload = SheetUpload.objects.get()
    assert (upload.file_name, upload.content) == ("again.csv", b"others")
    assert upload.decisions == {}


def test_choices_are_added_to_those_of_other_rows(keep, officer_jp):
    upload = keep(officer_jp)
    keep_decisions(upload_id=upload.pk, decisions={"1.2.2": 1}, by=officer_jp)
    keep_decisions(upload_id=upload.pk, decisions={"2.1": 2}, by=officer_jp)
    upload.refresh_from_db()
    assert upload.decisions == {"1.2.2": 1, "2.1": 2}


def test_only_its_owner_finds_a_file(
    keep, officer_jp, head_jp, coordinator, administrator
):
    upload = keep(officer_jp)
    for other in (head_jp, coordinator, administrator):
        assert not SheetUpload.objects.visible_to(other).exists()
        with pytest.raises(SheetUpload.DoesNotExist):
            keep_decisions(upload_id=upload.pk, decisions={}, by=other)
        discard_upload(upload_id=upload.pk, by=other)
    assert SheetUpload.objects.visible_to(officer_jp).get() == upload


@pytest.mark.parametrize(
    "change",
    [{"member_id": "FR"}, {"roles": [Role.COORDINATOR]}],
    ids=["moved", "lost the role"],
)
def test_who_writes_for_the_member_no_more_does_not_find_the_file(
    keep, officer_jp, change
):
    keep(officer_jp)
    User.objects.filter(pk=officer_jp.pk).update(**change)
    person = User.objects.get(pk=officer_jp.pk)
    assert not SheetUpload.objects.visible_to(person).exists()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER, Role.ADMINISTRATOR])
def test_who_writes_for_no_member_keeps_no_file(keep, members, role):
    member = "JP" if role is Role.COORDINATOR else None
    with pytest.raises(PermissionDenied):
        keep(make_user(role, member=member))


def test_the_name_of_a_file_is_harmless(keep, officer_jp):
    assert keep(officer_jp, "../\u202emine?.xlsx").file_name == "mine.xlsx"


def test_a_file_is_deleted_after_a_day_and_not_before(keep, officer_jp, now):
    keep(officer_jp)
    assert delete_old_uploads(at=now + timedelta(hours=23)) == 0
    assert delete_old_uploads(at=now + timedelta(hours=24)) == 1


def test_a_discarded_file_is_gone_and_a_second_press_does_nothing(keep, officer_jp):
    upload = keep(officer_jp)
    discard_upload(upload_id=upload.pk, by=officer_jp)
    discard_upload(upload_id=upload.pk, by=officer_jp)
    assert not SheetUpload.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"content": None},
        {"report": []},
        {"sha256": "none"},
        {"file_name": ""},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_half_an_upload(keep, officer_jp, change):
    keep(officer_jp)
    with pytest.raises(IntegrityError), transaction.atomic():
        SheetUpload.objects.update(**change)
