"""Tests of an export's lines, without a database. `verify_ledger.py` reads them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from progress.ledger.chain import NOTHING, Link
from progress.ledger.export import FORMAT, export_lines
from progress.ledger.verification import Erasure, LedgerRow, Subject

AT = datetime(2017, 5, 20, 12, tzinfo=UTC)
LINK = Link(
    sequence=1,
    kind="publication",
    recorded_at=AT,
    content_sha256="c" * 64,
    previous_sha256=NOTHING,
)
RECORD = {
    "sequence": 1,
    "kind": "publication",
    "recorded_at": "2017-05-20T12:00:00.000000Z",
    "content_sha256": "c" * 64,
    "previous_sha256": NOTHING,
    "sha256": LINK.sha256,
}
TEXT = '{"narrative":"日本"}'.encode()
SUBJECT = Subject(TEXT, handlings=frozenset({"green"}))
ERASED = Subject(b"{}", Erasure("c" * 64, AT, "The clerk", "An order"))


def exported(subject: Subject | None, *, audience: str, readable: set[str]) -> Any:
    rows = [LedgerRow(LINK, LINK.sha256, subject)]
    lines = export_lines(rows, audience=audience, readable=frozenset(readable))
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        (SUBJECT, {"content": {"narrative": "日本"}}),
        (ERASED, {"erased_at": "2017-05-20T12:00:00.000000Z"}),
        (None, {}),
    ],
)
def test_a_record_has_its_content_or_why_it_is_missing(subject, shown):
    head, record = exported(subject, audience="amber", readable={"green", "amber"})
    assert head == {"format": FORMAT, "audience": "amber"}
    assert record == RECORD | shown


def test_what_the_audience_may_not_read_is_withheld_and_the_first_line_explains_it():
    head, record = exported(SUBJECT, audience="clear", readable={"clear"})
    assert head["audience"] == "clear"
    assert head["note"].startswith("Contents above clear are withheld")
    assert record == RECORD | {"withheld": True}


def test_every_line_is_canonical_json_and_ends_with_a_newline():
    lines = export_lines(
        [LedgerRow(LINK, LINK.sha256, SUBJECT)],
        audience="amber",
        readable=frozenset({"green"}),
    )
    first, second = lines
    assert first == b'{"audience":"amber","format":"g7plan-ledger/2"}\n'
    assert second.startswith(
        '{"content":{"narrative":"日本"},"content_sha256"'.encode()
    )
    assert second.endswith(b'"}\n')
