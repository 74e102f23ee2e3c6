"""Tests of what pages and the API show of a file that is held back."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Scope
from progress.models import Entry, EvidenceScan, Handling, State
from progress.runner import scan_if_due
from tests.api.conftest import API, store_key
from tests.factories import make_entry
from tests.progress.attaching import sent, text_file
from tests.progress.public_reading.opening import make_clear, make_public_reading
from tests.progress.reading import steady

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(mine, officer_jp, stocktake, scanner):
    """A green entry with a file, published before its virus was known."""
    return make_entry(
        mine,
        by=officer_jp,
        state=State.PUBLISHED,
        stocktake=stocktake,
        file_name="protocol.txt",
        handling=Handling.GREEN,
    )


@pytest.fixture
def withheld(published, scanner, now):
    file = published.evidence_links.get().evidence
    EvidenceScan.objects.create(
        evidence=file,
        due_at=now + timedelta(days=7),
        scanned_at=now,
        verdict="bad",
        malware="Eicar-Test",
    )
    return file


def file_url(file) -> str:
    return f"/evidence/{file.pk}/file/"


def key_client(*scopes, **options) -> Client:
    _key, text = store_key(*scopes, **options)
    return Client(headers={"Authorization": f"Bearer {text}"})


def test_an_upload_is_held_back_and_says_so(signed_in, officer_jp, draft, scanner):
    browser = signed_in(officer_jp)
    url = f"/entries/{draft.pk}/edit/"
    assert browser.post(url, sent(text_file(), version=1, act="upload")).status_code
    [row] = EvidenceScan.objects.all()
    answer = browser.get(file_url(row.evidence))
    assert answer.status_code == 409
    assert "This file is being checked for viruses." in answer.text
    assert answer["Cache-Control"] == "private, no-store"
    assert scan_if_due(row.pk)
    assert browser.get(file_url(row.evidence)).status_code == 200


def test_of_many_files_only_the_first_waits_for_a_broker_that_is_away(
    signed_in, officer_jp, draft, scanner, monkeypatch
):
    asked: list[object] = []
    enqueue = "progress.views.evidence.enqueue_soon"
    monkeypatch.setattr(enqueue, lambda *given: asked.append(given))
    files = [text_file(f"{number}.txt", b"Page %d." % number) for number in range(3)]
    answer = signed_in(officer_jp).post(
        f"/entries/{draft.pk}/edit/", sent(*files, version=1, act="upload")
    )
    assert answer.text.count("being checked for viruses") == 3
    assert (len(asked), EvidenceScan.objects.count()) == (1, 3)


def test_a_file_that_cannot_be_checked_says_so_to_all_who_wait(
    signed_in, officer_jp, administrator, add, scanner
):
    file = add()
    scanner.most_bytes = 1
    assert not scan_if_due(file.pk)
    shown = signed_in(officer_jp).get(file_url(file))
    assert shown.status_code == 409
    assert "So far the scanner has not been able to check it." in shown.text
    jobs = signed_in(administrator).get("/jobs/").text
    assert "it may be larger than the scanner allows" in jobs
    assert "protocol" not in jobs


def test_another_delegation_cannot_tell_a_held_file_from_none(
    signed_in, officer_fr, add, bad, scanner
):
    """Not by status, words or queries, whether it is held, free, bad or not there."""
    browser = signed_in(officer_fr)
    key = key_client(Scope.READ_GREEN, Scope.READ_OWN, member="FR")
    waiting, free, virus = add(), add(b"Free."), add(bad)
    assert scan_if_due(free.pk)
    assert scan_if_due(virus.pk)
    answers = set()
    for pk in (waiting.pk, free.pk, virus.pk, uuid4()):
        for client, url in (
            (browser, f"/evidence/{pk}/file/"),
            (key, f"{API}evidence/{pk}/file/"),
            (key, f"{API}evidence/{pk}/"),
            (Client(), f"/public/evidence/{pk}/file/"),
        ):
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(url)
            told = re.sub(rf"{pk}|[0-9a-f]{{32}}", "", steady(answer.text))
            answers.add(
                (url.replace(str(pk), ""), answer.status_code, told, len(queries))
            )
    assert {status for _url, status, *_rest in answers} == {404}
    assert len(answers) == 4


def test_a_virus_found_after_publication_is_withheld_and_marked(
    signed_in, officer_fr, published, withheld
):
    before = Entry.objects.values().get(pk=published.pk)
    browser = signed_in(officer_fr)
    answer = browser.get(file_url(withheld))
    assert answer.status_code == 409
    assert "A virus was found in this file" in answer.text
    assert "Eicar-Test" in answer.text
    shown = browser.get(f"/entries/{published.pk}/").text
    assert "withheld: a virus was found" in shown
    assert file_url(withheld) not in shown
    assert Entry.objects.values().get(pk=published.pk) == before


def test_who_may_not_know_of_the_file_is_told_nothing_of_its_scan(
    signed_in, administrator, published, withheld
):
    assert signed_in(administrator).get(file_url(withheld)).status_code == 404
    assert Client().get(f"/public/evidence/{withheld.pk}/file/").status_code == 404


def test_the_api_says_why_a_file_is_not_there(published, withheld):
    client = key_client(Scope.READ_GREEN)
    [told] = client.get(f"{API}evidence/?kind=file").json()["results"]
    assert told["held"] == "virus"
    answer = client.get(told["file"])
    assert answer.status_code == 409
    assert answer.json()["detail"] == (
        "A virus was found in this file, so it is withheld."
    )
    EvidenceScan.objects.all().delete()
    [told] = client.get(f"{API}evidence/?kind=file").json()["results"]
    assert told["held"] == "checking"
    assert "being checked" in client.get(told["file"]).json()["detail"]


def test_the_tag_of_the_evidence_changes_with_what_is_told(published, withheld):
    client = key_client(Scope.READ_GREEN)
    url = f"{API}evidence/{withheld.pk}/"
    before = client.get(url)
    assert before.json()["held"] == "virus"
    EvidenceScan.objects.update(verdict="clean", malware="")
    after = client.get(url, headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, after.json()["held"]) == (200, None)


def test_the_list_before_sending_names_the_file(
    signed_in, officer_jp, plan, draft, scanner, add
):
    file = add()
    shown = signed_in(officer_jp).get(f"/plans/{plan.slug}/tasks/check/").text
    assert "“protocol.txt” is still being checked for viruses." in shown
    assert f'href="/entries/{draft.pk}/edit/#evidence"' in shown
    assert scan_if_due(file.pk)
    shown = signed_in(officer_jp).get(f"/plans/{plan.slug}/tasks/check/").text
    assert "1 entry is ready." in shown


def test_a_key_is_told_why_it_cannot_submit(draft, add, scanner, now):
    add()
    client = key_client(Scope.WRITE_ENTRIES, Scope.READ_OWN, member="JP")
    url = f"{API}entries/{draft.pk}/"
    tag = client.get(url)["ETag"]
    answer = client.post(
        f"{url}submit/", {}, "application/json", headers={"If-Match": tag}
    )
    assert answer.status_code == 409
    assert "being checked for viruses" in str(answer.json())


def test_the_public_is_told_too(plan, members, scanner, now):
    make_public_reading()
    entry = make_clear(plan, file_name="protocol.txt")
    file = entry.evidence_links.get(evidence__kind="file").evidence
    url = f"/public/evidence/{file.pk}/file/"
    held = Client().get(url)
    assert (held.status_code, held["Cache-Control"]) == (409, "no-store")
    assert (
        "being checked for viruses" in Client().get(f"/public/entries/{entry.pk}/").text
    )
    EvidenceScan.objects.create(
        evidence=file, due_at=now, scanned_at=now, verdict="bad", malware="Eicar-Test"
    )
    assert "Eicar-Test" in Client().get(url).text
    shown = Client().get(f"/public/entries/{entry.pk}/").text
    assert "withheld: a virus was found" in shown
    assert url not in shown
