"""Tests of evidence: kept files, and rows that stay while their content is the same."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from accounts.models import Role, Scope
from audit.models import Event
from progress import limits
from progress.actions.amendments import correct_entry
from progress.actions.drafting import draft_entry, edit_entry
from progress.actions.evidence import SentFile, add_evidence_file
from progress.actions.review import return_entry
from progress.entries.text import EntryText, EvidenceItem
from progress.models import Evidence, EvidenceFile, State
from tests.api.conftest import store_key
from tests.factories import (
    add_file,
    make_entry,
    make_user,
    member_commitment_of,
    publish,
)
from tests.progress import files

LINK = EvidenceItem("Report", url="https://example.org/r", accessed_on=date(2016, 7, 1))
CITATION = EvidenceItem("Gazette", citation="No. 7 of 2016")


@pytest.fixture
def mine(plan):
    return member_commitment_of(plan, "1.2.1", "JP")


@pytest.fixture
def add(mine, officer_jp, now):
    def added(name="protocol.txt", content=files.TEXT, title="", **who):
        values = {"by": officer_jp, "at": now, "member_commitment": mine, **who}
        return add_evidence_file(file=SentFile(name, content, title), **values)

    return added


@pytest.fixture
def text(now):
    def made(*items, **words):
        values = {"as_of": now.date(), "narrative": "Words.", **words}
        return EntryText(evidence=items, **values)

    return made


def rows_of(entry):
    return [
        link.evidence
        for link in entry.evidence_links.select_related("evidence").order_by("position")
    ]


# ---- Files -------------------------------------------------------------------------
def test_a_file_is_kept_with_its_hash_under_a_safe_name(add, officer_jp, now):
    row = add("..\\..\\進捗 <1>.txt", title="  Progress  in July ")
    assert (row.kind, row.file_name, row.title) == (
        "file",
        "進捗 1.txt",
        "Progress in July",
    )
    assert (row.media_type, row.size) == ("text/plain", len(files.TEXT))
    assert row.sha256 == sha256(files.TEXT).hexdigest()
    assert (row.member_id, row.added_by, row.added_at) == ("JP", officer_jp, now)
    assert bytes(row.file.content) == files.TEXT


def test_without_a_title_a_file_goes_by_its_name(add):
    assert add("report.pdf", files.PDF).title == "report.pdf"
    assert add("other.pdf", files.PDF, title=" \n ").title == "other.pdf"


def test_a_title_means_no_harm(add):
    for title, problem in (
        ("a\x00b", "There is a null character (U+0000) after “a”. Delete it."),
        ("ab\u202ec", "There is a right-to-left override (U+202E) after “ab”."),
        ("x" * 301, "This text has 301 characters; the limit is 300."),
    ):
        with pytest.raises(ValidationError) as refusal:
            add(title=title)
        assert problem in refusal.value.messages[0]
        assert "Then choose the file again." in refusal.value.messages[0]
    assert not Evidence.objects.exists()


def test_an_administrator_learns_of_the_act_and_not_of_the_file(add):
    row = add("secret-canary.pdf", files.PDF, title="canary in the title")
    event = Event.objects.get(verb="evidence.add")
    assert event.data == {"evidence": str(row.pk)}
    assert event.member == "JP"
    assert "canary" not in str(vars(event))


def test_the_same_file_twice_is_one_row(add, mine, officer_fr, plan):
    assert add() == add()
    assert Event.objects.filter(verb="evidence.add").count() == 1
    theirs = member_commitment_of(plan, "1.2.1", "FR")
    assert add(by=officer_fr, member_commitment=theirs) != add()
    assert add(title="Another title") != add()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "a.pdf",
            files.EXECUTABLE,
            "a.pdf was rejected: its content does not match its file name extension",
        ),
        ("a.exe", files.EXECUTABLE, "its type is not accepted. Send PDF, PNG"),
        ("a.txt", b"", "the file is empty."),
        ("<script>.txt", b"<script>", "script.txt was rejected: web pages"),
        ("a.csv", b"\xff\xfe", "it is not in UTF-8. Save the text as UTF-8."),
    ],
)
def test_an_unfit_file_is_refused_by_name_and_reason(add, name, content, says):
    with pytest.raises(ValidationError) as caught:
        add(name, content)
    assert caught.value.code == "unfit"
    assert says in caught.value.messages[0]
    assert not Evidence.objects.exists()
    assert not Event.objects.exists()


def test_a_file_above_twenty_megabytes_is_refused(add):
    with pytest.raises(ValidationError, match="may be at most 20 MB"):
        add("a.txt", b"x" * (limits.EVIDENCE_FILE_BYTES + 1))


def test_nobody_fills_the_disk_in_a_day(add, now, monkeypatch):
    monkeypatch.setattr(limits, "FILE_BYTES_A_DAY", 1000)
    add("a.txt", b"x" * 600)
    with pytest.raises(ValidationError, match="the daily limit of 1 GB for files"):
        add("b.txt", b"y" * 600)
    assert add("b.txt", b"y" * 600, at=now + timedelta(days=1, seconds=1))


def test_who_may_not_write_here_may_add_no_file(
    add, mine, contributor_jp, officer_fr, coordinator, observer, administrator
):
    # The contributor drafts 1.2.2, and this is 1.2.1.
    for person in (contributor_jp, officer_fr, coordinator, observer, administrator):
        with pytest.raises(PermissionDenied):
            add(by=person)
    assert not EvidenceFile.objects.exists()


def test_a_key_that_only_reads_may_add_no_file(add, members):
    key, _secret = store_key(Scope.READ_OWN, member="JP")
    key.user.scopes = frozenset({Scope.READ_OWN})
    with pytest.raises(PermissionDenied):
        add(by=key.user)


def test_a_file_once_kept_is_never_changed(add):
    row = add()
    for change in (
        lambda: EvidenceFile.objects.filter(pk=row.pk).update(content=b"other"),
        lambda: EvidenceFile.objects.filter(pk=row.pk).delete(),
        lambda: Evidence.objects.filter(pk=row.pk).update(file_name="other.txt"),
        lambda: Evidence.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# ---- Rows under an entry -----------------------------------------------------------
def test_a_file_is_attached_by_its_row(add, text, mine, officer_jp, stocktake, now):
    row = add()
    entry = draft_entry(
        member_commitment=mine,
        text=text(EvidenceItem.of(row), LINK),
        by=officer_jp,
        at=now,
    )
    assert rows_of(entry)[0] == row
    assert EntryText.of(entry).evidence == (EvidenceItem.of(row), LINK)


def test_an_unchanged_item_keeps_its_row_when_the_text_is_edited(
    add, text, mine, officer_jp, stocktake, now
):
    entry = draft_entry(
        member_commitment=mine, text=text(LINK, CITATION), by=officer_jp, at=now
    )
    link, citation = rows_of(entry)
    other = EvidenceItem("Other", url="https://example.org/o")
    edit_entry(
        entry_id=entry.pk,
        version=1,
        text=text(CITATION, other, LINK, narrative="Other words."),
        by=officer_jp,
        at=now,
    )
    rows = rows_of(entry)
    assert [rows[0], rows[2]] == [citation, link]
    assert rows[1] not in (link, citation)
    assert Evidence.objects.count() == 3


def test_an_edited_item_is_a_new_row(text, mine, officer_jp, stocktake, now):
    entry = draft_entry(member_commitment=mine, text=text(LINK), by=officer_jp, at=now)
    (link,) = rows_of(entry)
    renamed = EvidenceItem("New title", LINK.url, "", LINK.accessed_on, id=link.pk)
    edit_entry(entry_id=entry.pk, version=1, text=text(renamed), by=officer_jp, at=now)
    (row,) = rows_of(entry)
    assert row != link
    assert row.title == "New title"
    link.refresh_from_db()
    assert link.title == "Report"


def test_what_an_item_says_of_a_file_is_the_files_own(
    add, text, mine, officer_jp, stocktake, now
):
    row = add()
    lies = EvidenceItem("x", file_name="y.pdf", sha256="0" * 64, size=1, id=row.pk)
    entry = draft_entry(member_commitment=mine, text=text(lies), by=officer_jp, at=now)
    assert rows_of(entry) == [row]
    assert EntryText.of(entry).evidence[0].sha256 == row.sha256


def test_one_row_twice_is_carried_once(add, text, mine, officer_jp, stocktake, now):
    item = EvidenceItem.of(add())
    entry = draft_entry(
        member_commitment=mine, text=text(item, item), by=officer_jp, at=now
    )
    assert len(rows_of(entry)) == 1


def test_evidence_of_another_delegation_is_not_attached(
    plan, text, mine, officer_jp, officer_fr, stocktake, now
):
    """This holds for hidden and for public evidence: it is theirs."""
    theirs = member_commitment_of(plan, "1.2.2", "FR")
    for state in (State.PUBLISHED, State.DRAFT):
        foreign = make_entry(
            theirs, by=officer_fr, state=state, stocktake=stocktake, file_name="a.txt"
        )
        item = EvidenceItem.of(rows_of(foreign)[0])
        with pytest.raises(ValidationError) as caught:
            draft_entry(member_commitment=mine, text=text(item), by=officer_jp, at=now)
        assert "not among your delegation" in str(caught.value)


def test_evidence_that_does_not_exist_is_refused_alike(
    text, mine, officer_jp, stocktake, now
):
    guesses = [
        EvidenceItem("Guess", url="https://example.org", id=uuid4()),
        EvidenceItem("Loose", file_name="loose.pdf", sha256="0" * 64, size=1),
    ]
    for item in guesses:
        with pytest.raises(ValidationError) as caught:
            draft_entry(member_commitment=mine, text=text(item), by=officer_jp, at=now)
        assert "not among your delegation" in str(caught.value)


def test_the_twenty_first_item_is_refused(add, text, mine, officer_jp, stocktake, now):
    items = [EvidenceItem(f"Title {n}", citation=f"No. {n}") for n in range(20)]
    draft_entry(member_commitment=mine, text=text(*items), by=officer_jp, at=now)
    with pytest.raises(ValidationError, match="An entry can have at most 20 items"):
        edit_entry(
            entry_id=mine.entries.get().pk,
            version=1,
            text=text(*items, EvidenceItem.of(add())),
            by=officer_jp,
            at=now,
        )


def test_a_correction_carries_the_very_rows_of_what_it_corrects(
    mine, officer_jp, stocktake, now
):
    published = make_entry(
        mine,
        by=officer_jp,
        state=State.PUBLISHED,
        stocktake=stocktake,
        evidence=1,
        file_name="a.txt",
    )
    correction = correct_entry(
        entry_id=published.pk, version=1, reason="The year.", by=officer_jp, at=now
    )
    assert rows_of(correction) == rows_of(published)


def test_a_round_of_return_keeps_the_name_and_the_hash_of_a_file(
    mine, officer_jp, coordinator, stocktake, now
):
    entry = make_entry(
        mine,
        by=officer_jp,
        state=State.SUBMITTED,
        stocktake=stocktake,
        file_name="a.txt",
    )
    return_entry(entry_id=entry.pk, version=1, reason="Why?", by=coordinator, at=now)
    (item,) = entry.rounds.get().text["evidence"]
    row = rows_of(entry)[0]
    assert item["file_name"] == "a.txt"
    assert (item["sha256"], item["size"]) == (row.sha256, row.size)


# ---- Who sees it -------------------------------------------------------------------
def test_evidence_is_its_delegations_and_of_whoever_sees_an_entry_with_it(
    mine, officer_jp, officer_fr, coordinator, observer, administrator, stocktake, now
):
    def seen_by(person):
        return set(Evidence.objects.visible_to(person, now))

    amber = make_entry(
        mine,
        by=officer_jp,
        state=State.PUBLISHED,
        stocktake=stocktake,
        handling="amber",
        file_name="a.txt",
    )
    file = rows_of(amber)[0]
    colleague = make_user(Role.HEAD, member="JP")
    assert seen_by(officer_jp) == seen_by(colleague) == seen_by(coordinator) == {file}
    assert not seen_by(officer_fr) | seen_by(observer) | seen_by(administrator)


def test_an_upload_that_no_entry_carries_is_its_delegations_own(
    add, officer_jp, officer_fr, coordinator, observer, now
):
    file = add()
    assert list(Evidence.objects.visible_to(officer_jp, now)) == [file]
    for person in (officer_fr, coordinator, observer):
        assert not Evidence.objects.visible_to(person, now).exists()


def test_a_withdrawal_of_what_a_reader_may_not_see_shows_no_file(
    mine, officer_jp, officer_fr, stocktake, now
):
    """They may not see a green withdrawal of an amber entry, or its file."""
    amber = make_entry(
        mine,
        by=officer_jp,
        state=State.PUBLISHED,
        stocktake=stocktake,
        handling="amber",
    )
    withdrawal = make_entry(
        mine,
        by=officer_jp,
        stocktake=stocktake,
        kind="withdrawal",
        supersedes=amber,
        reason="Wrong.",
        state=State.PUBLISHED,
        file_name="a.txt",
    )
    assert rows_of(withdrawal)
    assert not Evidence.objects.visible_to(officer_fr, now).exists()


def test_a_file_put_under_two_entries_is_seen_by_whoever_sees_either(
    plan, mine, officer_jp, officer_fr, stocktake
):
    hidden = make_entry(mine, by=officer_jp, stocktake=stocktake)
    file = add_file(hidden, by=officer_jp)
    now = datetime.now(UTC)
    assert not Evidence.objects.visible_to(officer_fr, now).exists()
    shown = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.SUBMITTED,
        stocktake=stocktake,
    )
    shown.evidence_links.create(evidence=file, position=0)
    publish(shown, by=officer_jp, at=now)
    assert list(Evidence.objects.visible_to(officer_fr, now)) == [file]
