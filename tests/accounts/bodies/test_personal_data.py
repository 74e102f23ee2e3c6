"""Tests of what an assessor gets of their data, and of erasing who they were."""

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import PendingGrant, User
from g7plan.privacy.own_data import own_data
from tests.accounts.bodies.test_grants import ask_assessor

OBSERVATORY = "university-observatory"


def test_a_person_gets_the_body_they_act_for(assessor):
    assert own_data(assessor)["account"]["body_id"] == OBSERVATORY


@pytest.mark.django_db(transaction=True, databases=["default", "owner", "signer"])
def test_an_assessor_is_erased_and_a_request_keeps_its_body(
    assessor, administrator, now
):
    grant = ask_assessor(administrator, now, email=assessor.email.replace("@", "2@"))
    PendingGrant.objects.update(decision="refused", decided_at=now,
                                decided_by=administrator)  # fmt: skip
    User.objects.filter(pk=assessor.pk).update(is_active=False)
    call_command(
        "erase_person", assessor.email, reason="Request 7", by="A. Clerk", yes=True,
        stdout=StringIO(),
    )  # fmt: skip
    assessor.refresh_from_db()
    assert (assessor.name, assessor.roles, assessor.body_id) == ("[erased]", [], None)
    grant.refresh_from_db()
    assert grant.body_id == OBSERVATORY
