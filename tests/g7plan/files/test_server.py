"""Tests by HTTP, against a server on this machine: a stand-in, of the package moto."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from audit.stored_files import keep_bytes
from progress.actions.evidence import SentFile, add_evidence_file
from reports.actions.stored_files import missing_objects, sweep_objects
from tests.factories import member_commitment_of
from tests.g7plan.files.stand_in import storage_server
from tests.progress import files

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


def test_a_file_lives_and_moves_by_http(plan, officer_jp, now, settings):
    client = Client()
    client.force_login(officer_jp)
    with storage_server() as server:
        settings.FILES_S3 = server.ours
        evidence = add_evidence_file(
            member_commitment=member_commitment_of(plan, "1.2.2", "JP"),
            file=SentFile("picture.png", files.PNG),
            by=officer_jp,
            at=now,
        )
        address = f"/evidence/{evidence.pk}/file/"
        assert client.get(address).content == files.PNG
        assert list(missing_objects()) == []
        orphan = keep_bytes(b"x").object_key
        assert sweep_objects(at=timezone.now() + timedelta(days=2)) == 1
        assert orphan not in server.names()
        call_command("move_files", "database", stdout=StringIO())
        assert server.versions() == 0
    settings.FILES_S3 = None
    assert client.get(address).content == files.PNG
