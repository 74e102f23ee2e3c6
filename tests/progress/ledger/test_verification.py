"""Tests of finding faults in a ledger, on plain rows without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from progress.ledger.chain import NOTHING, Link, canonical_bytes, hash_of, instant
from progress.ledger.verification import (
    Erasure,
    Head,
    LedgerRow,
    Subject,
    Verification,
    name_of,
)

START = datetime(2017, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def chain(length: int) -> list[LedgerRow]:
    rows: list[LedgerRow] = []
    for number in range(1, length + 1):
        content = content_of(number, f"What was done, part {number}.")
        link = Link(
            sequence=number,
            kind="publication",
            recorded_at=START + number * DAY,
            content_sha256=hash_of(content),
            previous_sha256=rows[-1].sha256 if rows else NOTHING,
        )
        rows.append(LedgerRow(link, link.sha256, Subject(canonical_bytes(content))))
    return rows


def content_of(number: int, narrative: str) -> dict[str, Any]:
    about = {"commitment": "1.1", "member": "JP", "id": number}
    return about | {"narrative": narrative}


def with_link(row: LedgerRow, **changes: Any) -> LedgerRow:
    return replace(row, link=replace(row.link, **changes))


def with_content(row: LedgerRow, **content: str) -> LedgerRow:
    assert row.subject
    text = canonical_bytes(row.subject.content | content)
    return replace(row, subject=replace(row.subject, text=text))


def erased(row: LedgerRow, content_sha256: str) -> LedgerRow:
    assert row.subject
    erasure = Erasure(content_sha256, START, "The clerk", "An order of the court")
    changed = with_content(row, narrative="[erased]")
    assert changed.subject
    return replace(changed, subject=replace(changed.subject, erasure=erasure))


def findings(rows: list[LedgerRow], *heads: Head) -> list[str]:
    return list(Verification(heads).findings(rows))


def test_a_whole_ledger_gives_no_finding_and_its_head():
    rows = chain(4)
    verification = Verification([Head("report A", rows[1].sha256, START + 2 * DAY)])
    assert not list(verification.findings(iter(rows)))
    assert (verification.count, verification.head) == (4, rows[3])


def test_an_empty_ledger_is_whole():
    assert not findings([])
    assert not findings([], Head("the checkpoint of 2017-05-01", NOTHING, START))


def test_a_changed_content_names_the_record_and_the_last_whole_one():
    rows = chain(4)
    rows[2] = with_content(rows[2], narrative="What was done, part 4.")
    assert findings(rows) == [
        "record 3 of 2017-05-04T12:00:00.000000Z, 1.1 of JP, entry 3: its entry has"
        " been changed since it was published. The last intact record before it is"
        " record 2 of 2017-05-03T12:00:00.000000Z, 1.1 of JP, entry 2."
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "withdrawal"},
        {"recorded_at": START + 3 * DAY + timedelta(microseconds=1)},
        {"content_sha256": "f" * 64},
    ],
)
def test_a_changed_field_of_a_record_names_that_record_alone(change):
    rows = chain(4)
    rows[2] = with_link(rows[2], **change)
    (finding,) = findings(rows)
    assert finding.startswith("record 3 of ")
    assert "its own fields or its hash have been changed" in finding


def test_a_changed_hash_names_that_record_alone():
    rows = chain(4)
    rows[2] = replace(rows[2], sha256="a" * 64)
    (finding,) = findings(rows)
    assert finding.startswith("record 3 of ")


def test_a_record_that_is_gone_is_named_by_the_one_after_it():
    rows = chain(5)
    del rows[1:3]
    (finding,) = findings(rows)
    assert "records 2 to 3 are missing before it" in finding


def test_a_record_that_follows_another_chain_is_named():
    rows, others = chain(3), chain(3)
    link = replace(rows[2].link, previous_sha256="b" * 64)
    rows[2] = LedgerRow(link, link.sha256, others[2].subject)
    (finding,) = findings(rows)
    assert "record 3" in finding
    assert "does not follow" in finding


def test_records_in_another_order_are_named():
    rows = chain(3)
    link = replace(rows[2].link, recorded_at=START)
    rows[2] = LedgerRow(link, link.sha256, rows[2].subject)
    (finding,) = findings(rows)
    assert "dated before the record before it" in finding


def test_a_record_of_nothing_is_named():
    rows = chain(2)
    rows[1] = replace(rows[1], subject=None)
    (finding,) = findings(rows)
    assert "record 2 of 2017-05-03T12:00:00.000000Z: its entry is gone." in finding


def test_a_first_record_that_is_wrong_has_none_before_it():
    rows = chain(2)
    rows[0] = with_content(rows[0], narrative="x")
    (finding,) = findings(rows)
    assert "No record before it is intact." in finding


def test_what_was_erased_is_listed_and_no_finding():
    rows = chain(3)
    rows[1] = erased(rows[1], rows[1].link.content_sha256)
    verification = Verification()
    assert not list(verification.findings(rows))
    (line,) = verification.erased
    assert "record 2" in line
    assert "by The clerk: An order of the court" in line


def test_a_tombstone_of_another_content_is_named():
    rows = chain(3)
    rows[1] = erased(rows[1], "c" * 64)
    (finding,) = findings(rows)
    assert "its tombstone names a different content" in finding


def test_a_tail_that_was_cut_is_named_since_the_last_head_that_stands():
    rows = chain(5)
    heads = [
        Head("the checkpoint of 2017-05-03", rows[1].sha256, START + 2 * DAY),
        Head("the checkpoint of 2017-05-05", rows[3].sha256, START + 4 * DAY),
        Head("report A", rows[4].sha256, START + 5 * DAY),
    ]
    assert findings(rows[:3], *heads) == [
        f"The head {rows[3].sha256} of the checkpoint of 2017-05-05 is not in the"
        " ledger: the end of the ledger was cut off or rewritten after the checkpoint"
        " of 2017-05-03.",
        f"The head {rows[4].sha256} of report A is missing too.",
    ]


def test_a_ledger_cut_to_nothing_is_named():
    (finding,) = findings([], Head("report A", "d" * 64, START))
    assert "the end of the ledger was cut off or rewritten." in finding


def test_a_tail_written_anew_is_named_though_its_chain_is_sound():
    rows = chain(3)
    anew = chain(2)
    content = {"narrative": "Another history."}
    link = replace(rows[2].link, content_sha256=hash_of(content))
    anew.append(LedgerRow(link, link.sha256, Subject(canonical_bytes(content))))
    assert not findings(anew)
    (finding,) = findings(anew, Head("report A", rows[2].sha256, START + 9 * DAY))
    assert "report A" in finding


def test_a_record_dated_before_a_seal_that_did_not_know_it_is_named():
    """A report noted that record 2 was the head up to that instant."""
    rows = chain(3)
    (finding,) = findings(rows, Head("report A", rows[1].sha256, START + 3 * DAY))
    assert "record 3" in finding
    assert "report A had sealed the ledger without it" in finding


def test_it_reads_as_a_stream():
    verification = Verification()
    rows = chain(3)
    rows[0] = with_content(rows[0], narrative="x")

    def endless():
        yield rows[0]
        raise AssertionError("it read on before it told")

    assert "record 1" in next(verification.findings(endless()))


def test_every_instant_is_written_in_utc(machine_in_tokyo):
    assert instant(START) == "2017-05-01T12:00:00.000000Z"


def test_records_of_one_instant_are_in_order():
    rows = chain(2)
    link = replace(rows[1].link, recorded_at=rows[0].link.recorded_at)
    rows[1] = LedgerRow(link, link.sha256, rows[1].subject)
    assert not findings(rows)


def relinked(row: LedgerRow, **changes: Any) -> LedgerRow:
    """A record with other fields and the hash that belongs to them."""
    link = replace(row.link, **changes)
    return replace(row, link=link, sha256=link.sha256)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"previous_sha256": "b" * 64},
            "it does not follow the record before it",
        ),
        (
            {"recorded_at": START},
            "it is dated before the record before it",
        ),
        (
            {"sequence": 5},
            "records 3 to 4 are missing before it",
        ),
        (
            {"previous_sha256": "b" * 64, "recorded_at": START},
            "it does not follow the record before it; it is dated before the record"
            " before it",
        ),
    ],
)
def test_a_fault_in_the_chain_is_one_sentence(change, sentence):
    rows = chain(3)
    rows[2] = relinked(rows[2], **change)
    assert findings(rows) == [
        f"{name_of(rows[2])}: {sentence}. The last intact record before it is"
        " record 2 of 2017-05-03T12:00:00.000000Z, 1.1 of JP, entry 2."
    ]


def test_a_fault_of_a_record_is_one_sentence():
    (row,) = chain(1)
    faulty = {
        "its own fields or its hash have been changed": replace(row, sha256="a" * 64),
        "its entry is gone": replace(row, subject=None),
        "its entry has been changed since it was published": with_content(row, a="b"),
        "its tombstone names a different content from the published one": erased(
            row, "c" * 64
        ),
    }
    for sentence, changed in faulty.items():
        assert findings([changed]) == [
            f"{name_of(changed)}: {sentence}. No record before it is intact."
        ]


def test_a_record_dated_at_the_instant_of_a_seal_is_too_early():
    rows = chain(2)
    sealed_at = rows[1].link.recorded_at
    (finding,) = findings(rows, Head("report A", rows[0].sha256, sealed_at))
    assert "report A had sealed the ledger without it" in finding
    before = sealed_at - timedelta(microseconds=1)
    assert not findings(rows, Head("report A", rows[0].sha256, before))


def test_of_two_heads_of_one_instant_the_first_is_named():
    rows = chain(2)
    at = rows[1].link.recorded_at
    heads = [Head(name, rows[0].sha256, at) for name in ("report A", "report B")]
    (finding,) = findings(rows, *heads)
    assert "report A had sealed the ledger without it" in finding
