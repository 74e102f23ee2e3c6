"""Tests of the notice that a file was withheld: who gets it, of which entry."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from partners.models import Notice
from partners.sentences import sentence_of
from progress.actions.scans import claim_scan, finish_scan
from progress.evidence.clamav import ScanFinding
from progress.models import EntryEvidence, EvidenceScan, Handling, State
from tests.factories import CHAIR, add_file, make_entry, make_user, member_commitment_of

pytestmark = pytest.mark.django_db

KIND = "withheld"


@pytest.fixture(autouse=True)
def bystanders(
    officer_jp, head_jp, officer_fr, head_fr, coordinator, former_coordinator,
    second_reviewer, observer, assessor, administrator, contributor_jp,
):  # fmt: skip
    """The whole cast exists: a person missing from a result was not notified."""


def find(file, malware="Eicar-Test"):
    """Scan a file of evidence, with this result."""
    at = timezone.now()
    EvidenceScan.objects.get_or_create(pk=file.pk, defaults={"due_at": at})
    EvidenceScan.objects.filter(pk=file.pk).update(due_at=at)
    scan = claim_scan(evidence_id=file.pk, at=at)
    assert scan is not None
    assert finish_scan(scan=scan, finding=ScanFinding(malware, "ClamAV"), at=at)


def names(*people, kind=KIND):
    return {(person, kind) for person in people}


def test_of_a_published_entry_its_delegation_and_the_presidency_are_told(
    news, journey, officer_jp, head_jp, coordinator, responsible_jp
):
    file = add_file(journey.entry, by=officer_jp)
    entry = journey.submit(officer_jp).clear(head_jp).publish(coordinator).entry
    told = names("Officer JP", "Head JP", "Responsible JP", "Coordinator")
    assert news(lambda: find(file)) == told
    notice = Notice.objects.filter(user=coordinator).get()
    assert sentence_of(notice) == (
        "A file of 1.2.2 of Japan was withheld: a virus was found in it"
    )
    assert notice.entry == entry
    # A second scan that finds it again says nothing new.
    assert news(lambda: find(file)) == set()


def test_of_a_draft_only_its_delegation_is_told(news, draft, officer_jp):
    file = add_file(draft, by=officer_jp)
    assert news(lambda: find(file)) == names("Officer JP", "Head JP")


def test_of_an_amber_entry_no_other_delegation_is_told(
    news, jp_122, stocktake, officer_jp
):
    entry = make_entry(
        jp_122, by=officer_jp, stocktake=stocktake, state=State.PUBLISHED,
        handling=Handling.AMBER, file_name="protocol.txt",
    )  # fmt: skip
    file = entry.evidence_links.get(evidence__kind="file").evidence
    assert news(lambda: find(file)) == names("Officer JP", "Head JP", "Coordinator")


def test_each_person_is_told_once_of_the_newest_entry_that_they_may_see(
    news, jp_122, stocktake, officer_jp, coordinator
):
    published = make_entry(
        jp_122, by=officer_jp, stocktake=stocktake, state=State.PUBLISHED,
        file_name="protocol.txt",
    )  # fmt: skip
    file = published.evidence_links.get(evidence__kind="file").evidence
    draft = make_entry(jp_122, by=officer_jp, stocktake=None)
    draft.written_at = published.written_at + timedelta(hours=1)
    draft.save()
    EntryEvidence.objects.create(entry=draft, evidence=file, position=0)
    assert news(lambda: find(file)) == names("Officer JP", "Head JP", "Coordinator")
    assert Notice.objects.get(user=officer_jp).entry == draft
    assert Notice.objects.get(user=coordinator).entry == published


def test_the_chair_is_told_of_its_own_as_a_delegation(
    news, plan, stocktake, officer_of_the_chair, coordinator, second_reviewer
):
    own = member_commitment_of(plan, "1.2.2", CHAIR)
    entry = make_entry(
        own, by=officer_of_the_chair, stocktake=stocktake, state=State.PUBLISHED,
        file_name="protocol.txt",
    )  # fmt: skip
    make_user(Role.HEAD, member=CHAIR, name="Head of the chair")
    file = entry.evidence_links.get(evidence__kind="file").evidence
    told = news(lambda: find(file))
    assert names("Head of the chair", "Coordinator", "Second reviewer") <= told
    for person in (coordinator, second_reviewer):
        seen = Notice.objects.visible_to(person, timezone.now())
        assert seen.get().entry == entry


def test_of_a_file_that_no_entry_cites_nobody_is_told(news, draft, officer_jp):
    file = add_file(draft, by=officer_jp)
    draft.evidence_links.all().delete()
    assert news(lambda: find(file)) == set()
