"""Tests of legal erasure where files lie in object storage."""

from io import StringIO

import pytest
from django.core.management import call_command

from progress.models import EvidenceFile
from reports.models import ReportFile
from reports.runner import compile_if_waiting
from tests.g7plan.test_erase_entry import erase

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.mark.usefixtures("made_up_reports")
def test_no_version_of_an_object_is_left(storage, told, asked):
    assert compile_if_waiting(asked().pk)
    call_command("move_files", "storage", stdout=StringIO())
    file = EvidenceFile.objects.get()
    storage.write(file.object_key, b"a later version")
    storage.lose(file.object_key)
    assert storage.versions() > ReportFile.objects.count() + 2
    erase(told)
    assert storage.versions() == 0
    assert not EvidenceFile.objects.exists()
    assert set(ReportFile.objects.values_list("object_key", flat=True)) == {""}
