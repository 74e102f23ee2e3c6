"""Tests of scans: each file once, its result in a row of its own, bad files held."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils import timezone

from audit.models import Event
from g7plan.settings_of.hardening import clamav_url
from progress.actions import scans
from progress.actions.clearance import clear_entry, submit_entry
from progress.actions.review import publish_entry
from progress.evidence.clamav import ScanFinding, ScanProblem
from progress.models import Evidence, EvidenceScan, FileHold, State
from progress.runner import scan_if_due
from progress.tasks import sweep_scans
from tests.factories import add_file
from tests.progress.evidence.scans.scanners import ENGINE

pytestmark = pytest.mark.django_db

BAD = ScanFinding("Eicar-Test", ENGINE)
CLEAN = ScanFinding("", ENGINE)
VERDICTS = EvidenceScan.Verdict


def hold_of(file) -> FileHold:
    return Evidence.objects.select_related("scan").get(pk=file.pk).hold


def found(file, finding, at):
    """Scan a file that is due, with this result."""
    EvidenceScan.objects.filter(pk=file.pk).update(due_at=at)
    held = scans.claim_scan(evidence_id=file.pk, at=at)
    assert held is not None
    assert scans.finish_scan(scan=held, finding=finding, at=at)


# ---- Scanning ------------------------------------------------------------------------
def test_a_file_is_held_back_until_it_is_scanned(add, scanner):
    file = add()
    assert hold_of(file) is FileHold.CHECKING
    assert scan_if_due(file.pk)
    assert hold_of(file) is FileHold.NONE
    scan = EvidenceScan.objects.get()
    assert (scan.verdict, scan.malware, scan.engine) == (VERDICTS.CLEAN, "", ENGINE)
    assert not scan_if_due(file.pk)
    assert scanner.scanned == [b"Protocol."]
    assert not Event.objects.filter(verb__startswith="evidence.w").exists()


def test_a_file_with_a_virus_stays_held_and_its_event_does_not_name_it(
    add, bad, scanner
):
    file = add(bad)
    assert scan_if_due(file.pk)
    assert hold_of(file) is FileHold.VIRUS
    event = Event.objects.get(verb="evidence.withhold")
    assert (event.actor, event.member, event.target) == ("system", "JP", str(file.pk))
    assert event.data == {"malware": "Eicar-Test"}
    assert "protocol" not in str(event.__dict__)


def test_a_scanner_that_does_not_answer_leaves_the_file_held(add, scanner):
    file = add()
    scanner.answer = b"broken"
    for minutes in (1, 2, 4):
        before = timezone.now()
        assert not scan_if_due(file.pk)
        scan = EvidenceScan.objects.get()
        delay = timedelta(minutes=minutes)
        assert before + delay <= scan.due_at <= timezone.now() + delay
        EvidenceScan.objects.update(due_at=timezone.now())
    assert (scan.problem, scan.failure_count) == ("not_scanned", 3)
    assert hold_of(file) is FileHold.CHECKING
    scanner.answer = None
    assert scan_if_due(file.pk)
    scan.refresh_from_db()
    assert (scan.problem, scan.failure_count) == ("", 0)


def test_a_scanner_that_is_away_later_keeps_what_it_said(add, scanner, now):
    file = add()
    found(file, BAD, now)
    EvidenceScan.objects.update(due_at=now)
    scanner.answer = b"broken"
    assert not scan_if_due(file.pk)
    assert hold_of(file) is FileHold.VIRUS


def test_what_new_signatures_find_is_withheld_and_a_false_alarm_is_released(
    add, scanner, now
):
    file = add()
    found(file, CLEAN, now)
    scan = EvidenceScan.objects.get()
    assert scan.due_at == now + scans.AGAIN_AFTER
    for number, finding in enumerate((BAD, BAD, CLEAN)):
        found(file, finding, now + timedelta(days=number + 1))
    verbs = Event.objects.filter(target_type="progress.EvidenceScan").order_by("at")
    assert list(verbs.values_list("verb", flat=True)) == [
        "evidence.withhold",
        "evidence.release",
    ]
    assert hold_of(file) is FileHold.NONE


def test_a_lost_lease_stores_nothing(add, scanner, now):
    file = add()
    lost = scans.claim_scan(evidence_id=file.pk, at=now)
    assert scans.claim_scan(evidence_id=file.pk, at=now) is None
    held = scans.claim_scan(evidence_id=file.pk, at=now + scans.LEASE)
    assert lost is not None
    assert held is not None
    assert not scans.finish_scan(scan=lost, finding=BAD, at=now)
    assert not scans.fail_scan(scan=lost, problem=ScanProblem.TOO_SLOW, at=now)
    assert scans.finish_scan(scan=held, finding=CLEAN, at=now)
    assert not Event.objects.filter(verb="evidence.withhold").exists()


def test_the_sweep_finds_files_from_before_there_was_a_scanner(
    draft, officer_jp, scanner, settings, django_capture_on_commit_callbacks
):
    file = add_file(draft, by=officer_jp)
    url, settings.CLAMAV_URL = settings.CLAMAV_URL, ""
    sweep_scans()
    assert (EvidenceScan.objects.count(), hold_of(file)) == (0, FileHold.NONE)
    settings.CLAMAV_URL = url
    assert hold_of(file) is FileHold.CHECKING
    assert scans.plan_scans(at=timezone.now()) == 1
    assert scans.plan_scans(at=timezone.now()) == 0
    assert scan_if_due(file.pk)
    assert hold_of(file) is FileHold.NONE


def test_without_a_scanner_a_known_virus_is_still_withheld(add, scanner, settings, now):
    file, other = add(), add(b"Other.")
    found(file, BAD, now)
    settings.CLAMAV_URL = ""
    assert (hold_of(file), hold_of(other)) == (FileHold.VIRUS, FileHold.NONE)


def test_a_query_without_the_scan_does_not_say_that_a_file_is_free(add, scanner, now):
    file = add()
    assert Evidence.objects.get(pk=file.pk).hold is FileHold.CHECKING
    found(file, BAD, now)
    assert Evidence.objects.get(pk=file.pk).hold is FileHold.VIRUS


def test_an_address_that_is_none_stops_the_start():
    assert clamav_url("") == ""
    with pytest.raises(ImproperlyConfigured, match="CLAMAV_URL: “http://x”"):
        clamav_url("http://x")


# ---- Sending -------------------------------------------------------------------------
def refused(act, entry, by, at):
    with pytest.raises(ValidationError) as caught:
        act(entry_id=entry.pk, version=entry.version, by=by, at=at)
    assert caught.value.code == "file_held"
    [message] = caught.value.messages
    return message


def test_an_unscanned_file_blocks_submit(add, draft, officer_jp, scanner, now):
    file = add()
    assert refused(submit_entry, draft, officer_jp, now) == (
        "“protocol.txt” is still being checked for viruses. Try again in a few minutes."
    )
    assert scan_if_due(file.pk)
    sent = submit_entry(entry_id=draft.pk, version=1, by=officer_jp, at=now)
    assert sent.state == State.IN_CLEARANCE


def test_a_virus_blocks_submit_and_clear(
    add, bad, draft, officer_jp, head_jp, scanner, now
):
    file = add()
    found(file, CLEAN, now)
    entry = submit_entry(entry_id=draft.pk, version=1, by=officer_jp, at=now)
    found(file, BAD, now)
    sentence = (
        "“protocol.txt” contains a virus. Send the entry back so that an officer can"
        " remove it."
    )
    assert refused(clear_entry, entry, head_jp, now) == sentence
    add(bad, "other.txt")
    assert refused(clear_entry, entry, head_jp, now) == (
        f"{sentence} “other.txt” is still being checked for viruses. Try again in a few"
        " minutes."
    )


def test_a_virus_found_after_clearance_blocks_publish(
    add, draft, officer_jp, head_jp, coordinator, scanner, now
):
    file = add()
    found(file, CLEAN, now)
    submit_entry(entry_id=draft.pk, version=1, by=officer_jp, at=now)
    entry = clear_entry(entry_id=draft.pk, version=2, by=head_jp, at=now)
    found(file, BAD, now)
    assert refused(publish_entry, entry, coordinator, now) == (
        "“protocol.txt” contains a virus. Return the entry so that its delegation can"
        " remove it."
    )
    entry.refresh_from_db()
    assert (entry.state, entry.published_at) == (State.SUBMITTED, None)
    found(file, CLEAN, now)
    publish_entry(entry_id=entry.pk, version=entry.version, by=coordinator, at=now)


def test_another_entry_without_the_file_is_not_blocked(
    add, draft, officer_jp, scanner, now, mine
):
    add()
    draft.evidence_links.all().delete()
    sent = submit_entry(entry_id=draft.pk, version=1, by=officer_jp, at=now)
    assert sent.state == State.IN_CLEARANCE


@pytest.mark.long
@pytest.mark.enable_socket
def test_with_debians_daemon_a_clean_file_is_free_and_eicar_stays_held(
    add, bad, draft, officer_jp, settings, debians_scanner, now
):
    _folder, settings.CLAMAV_URL = debians_scanner
    clean, other = add(), add(bad, "other.txt")
    assert hold_of(clean) is hold_of(other) is FileHold.CHECKING
    assert all(scan_if_due(file.pk) for file in (clean, other))
    assert (hold_of(clean), hold_of(other)) == (FileHold.NONE, FileHold.VIRUS)
    scan = EvidenceScan.objects.get(pk=other.pk)
    assert scan.malware == "Eicar-Signature.UNOFFICIAL"
    assert refused(submit_entry, draft, officer_jp, now) == (
        "“other.txt” contains a virus. Remove it from this entry."
    )
