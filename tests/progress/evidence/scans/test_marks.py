"""Tests of the marks of a file that is held back: wherever evidence is shown."""

import pytest
from django.test import Client

from accounts.models import Member, Scope
from progress.actions.review import publish_entry
from progress.actions.search import put_search_rows
from progress.entries.shown_text import as_json, read_text
from progress.entries.text import EntryText
from progress.models import EntryEvidence, EvidenceScan, FileHold, State
from reports.dossiers.document import dossier_document
from tests.api.conftest import API, store_key
from tests.factories import add_file, make_entry, member_commitment_of
from tests.progress.attaching import sent
from tests.progress.reading import words_of

pytestmark = pytest.mark.django_db

STATES = {
    "1.2.1": State.DRAFT,
    "1.1.1": State.IN_CLEARANCE,
    "1.2.2": State.SUBMITTED,
    "2.1": State.PUBLISHED,
}
WORDS = {
    FileHold.CHECKING: "being checked for viruses",
    FileHold.VIRUS: "withheld: a virus was found",
}
SENTENCES = {
    ("clear", FileHold.VIRUS): "Send the entry back so that an officer can remove it.",
    ("publish", FileHold.VIRUS): "Return the entry so that its delegation can remove",
    ("clear", FileHold.CHECKING): "is still being checked for viruses. Try again",
    ("publish", FileHold.CHECKING): "is still being checked for viruses. Try again",
}


@pytest.fixture
def entries(plan, stocktake, officer_jp):
    """One file, under an entry of each state."""
    found = {
        state: make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            stocktake=stocktake,
            state=state if state != State.PUBLISHED else State.SUBMITTED,
        )
        for code, state in STATES.items()
    }
    file = add_file(found[State.DRAFT], by=officer_jp)
    for entry in found.values():
        if entry.state != State.DRAFT:
            EntryEvidence.objects.create(entry=entry, evidence=file, position=0)
    put_search_rows(found.values())
    return found


@pytest.fixture(params=list(WORDS))
def hold(request, entries, coordinator, settings, now):
    """How the file is held back: after one of its entries was published."""
    entry = entries[State.PUBLISHED]
    publish_entry(entry_id=entry.pk, version=entry.version, by=coordinator, at=now)
    settings.CLAMAV_URL = "tcp://127.0.0.1:9"
    if request.param is FileHold.VIRUS:
        file = entry.evidence_links.get().evidence
        EvidenceScan.objects.create(
            evidence=file, due_at=now, scanned_at=now, verdict="bad", malware="Eicar"
        )
    return request.param


def body_of(answer) -> str:
    assert answer.status_code == 200
    return b"".join(answer).decode() if answer.streaming else words_of(answer)


def test_each_page_and_file_marks_it(
    entries, hold, plan, signed_in, officer_jp, head_jp, coordinator
):
    pages = {
        officer_jp: (
            f"/entries/{entries[State.DRAFT].pk}/edit/",
            f"/entries/{entries[State.PUBLISHED].pk}/",
            "/search/?q=protocol&kind=evidence",
            f"/plans/{plan.slug}/matrix/?format=entries-csv",
        ),
        head_jp: (f"/clearance/?entry={entries[State.IN_CLEARANCE].pk}",),
        coordinator: (f"/review/?entry={entries[State.SUBMITTED].pk}",),
    }
    for person, addresses in pages.items():
        browser = signed_in(person)
        for address in addresses:
            shown = body_of(browser.get(address))
            assert WORDS[hold] in shown, address
            is_linked = "/file/" in shown and "/edit/" not in address
            assert not (is_linked and hold is FileHold.VIRUS), address


def test_it_is_marked_among_the_evidence_to_use_again(
    entries, hold, signed_in, officer_jp
):
    draft = entries[State.DRAFT]
    draft.evidence_links.all().delete()
    shown = words_of(signed_in(officer_jp).get(f"/entries/{draft.pk}/edit/"))
    assert shown.count(WORDS[hold]) == 1


def test_who_decides_reads_before_that_it_is_not_possible(
    entries, hold, signed_in, head_jp, coordinator
):
    desk = signed_in(head_jp).get(f"/clearance/?entry={entries[State.IN_CLEARANCE].pk}")
    assert SENTENCES["clear", hold] in words_of(desk)
    desk = signed_in(coordinator).get(f"/review/?entry={entries[State.SUBMITTED].pk}")
    assert SENTENCES["publish", hold] in words_of(desk)


def test_a_preview_marks_it(entries, hold, signed_in, officer_jp):
    draft = entries[State.DRAFT]
    file = draft.evidence_links.get().evidence
    row = {"evidence-1-id": str(file.pk), "evidence-1-title": file.title}
    answer = signed_in(officer_jp).post(
        f"/entries/{draft.pk}/preview/", sent(**row, version=1)
    )
    assert WORDS[hold] in answer.text


def test_the_api_says_so_inside_entries_and_changes(entries, hold):
    _key, text = store_key(Scope.READ_GREEN)
    client = Client(headers={"Authorization": f"Bearer {text}"})
    [entry] = client.get(f"{API}entries/").json()["results"]
    assert [item["held"] for item in entry["evidence"]] == [hold.value]
    changes = client.get(f"{API}changes/").json()["results"]
    [told] = [change["entry"]["evidence"] for change in changes if change["entry"]]
    assert [item["held"] for item in told] == [hold.value]


def test_a_dossier_says_so(entries, hold, head_jp, now):
    document = dossier_document(Member.objects.get(pk="JP"), head_jp, now)
    [commitment] = document["commitments"]
    [position] = commitment["positions"]
    assert [item["text"] for item in position["evidence"]] == [
        f"protocol.txt · {WORDS[hold]}"
    ]


def test_it_is_no_part_of_what_is_stored_of_a_text(entries, hold):
    """What a return or a form keeps of a text is as it was before there was a hold."""
    text = EntryText.of(entries[State.DRAFT])
    [item] = text.evidence
    assert item.hold is hold
    [stored] = as_json(text)["evidence"]
    assert "hold" not in stored
    [read] = read_text(as_json(text)).evidence
    assert (read, read.hold) == (item, FileHold.NONE)
