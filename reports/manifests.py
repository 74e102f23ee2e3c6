"""The manifest of a finished report: what is stored of it, in one line to sign.

A manifest is canonical JSON (RFC 8785). docs/ledger.md shows how to check its signature
with OpenSSL, and a document that someone holds with the manifest.
"""

from collections.abc import Iterator
from typing import Any

import rfc8785

from audit.object_storage import FileFaultError
from audit.stored_files import checked_bytes
from progress.ledger.chain import hash_of
from reports.models import Report
from reports.stored_snapshots import (
    UnknownSchemaError,
    stored_identity,
    stored_marks,
)

FORMAT = "g7plan-report/1"
# The rows that a manifest names. The signing process may read no others.
MANIFEST_PARTS = ("plan", "stocktake", "action", "sub_area__action", "instrument")


def manifest_text(report: Report) -> str:
    """Return the line to sign, from the rows of a finished report.

    A hash or a mark that an older report does not have is left out.
    """
    manifest = {
        "format": FORMAT,
        **_identity(report),
        "stocktake": report.stocktake.slug if report.stocktake else None,
        "kind": report.kind,
        "snapshot_sha256": report.snapshot_sha256,
        "files": [
            {"format": file.format, "size": file.size, "sha256": file.sha256}
            for file in sorted(report.files.all(), key=lambda file: file.format)
        ],
    }
    manifest |= _choices(report) | _marks(report)
    if report.facts_sha256:
        manifest["facts_sha256"] = report.facts_sha256
    return rfc8785.dumps(manifest).decode()


def _choices(report: Report) -> dict[str, Any]:
    """Return what the requester chose, where it is not the usual choice.

    Manifests signed before there were these choices stay as they are.
    """
    is_full = report.layout == Report.Layout.FULL
    since = report.since_stocktake_id or report.since_report_id or report.since_at
    chosen = {
        "layout": "" if is_full else report.layout,
        "scope": report.scope_code,
        "since": str(since or ""),
    }
    return {name: value for name, value in chosen.items() if value}


def faults_of(report: Report) -> Iterator[str]:
    """Yield what is wrong with the stored content, computed again from the bytes.

    After a legal erasure the text is gone and the hashes stay: they are not compared.
    """
    assert report.snapshot is not None  # noqa: S101 - it is finished
    try:
        identity = stored_identity(report.snapshot) | stored_marks(report.snapshot)
    except UnknownSchemaError as error:
        yield f"it has {error}, which cannot be checked"
        return
    if identity != _identity(report) | _marks(report):
        yield "its row names another report than its snapshot"
    if not report.files.all():
        yield "it has no file"
    if not report.erased_at:
        yield from _wrong_hashes(report)


def _wrong_hashes(report: Report) -> Iterator[str]:
    assert report.snapshot is not None  # noqa: S101 - it is finished
    if hash_of(report.snapshot) != report.snapshot_sha256:
        yield "its snapshot has been changed"
    if "facts" in report.snapshot and (
        hash_of(report.snapshot["facts"]) != report.facts_sha256
    ):
        yield "its facts or their hash have been changed"
    for file in report.files.all():
        try:
            checked_bytes(file, size=file.size, sha256=file.sha256)
        except FileFaultError:
            yield f"its file in the format {file.format} has been changed"


def _identity(report: Report) -> dict[str, Any]:
    """Return what tells this report from others, as its snapshot has it too."""
    assert report.snapshot is not None  # noqa: S101 - it is finished
    known_at = report.known_at.isoformat().replace("+00:00", "Z")
    return {
        "report": str(report.pk),
        "plan": report.plan.slug,
        "audience": report.audience,
        "language": report.language,
        "at": report.at.isoformat(),
        "known_at": known_at,
        "ledger_head": stored_identity(report.snapshot)["ledger_head"],
    }


def _marks(report: Report) -> dict[str, Any]:
    """Return the marks of this report, as its snapshot has them too.

    The circulation is as it was compiled: it says whether the report is final.
    """
    assert report.snapshot is not None  # noqa: S101 - it is finished
    if not stored_marks(report.snapshot):
        return {}
    is_final = report.final_of_id is not None
    marks = {
        "code": report.code,
        "circulation": "final" if is_final else "none",
        "draft_number": report.draft_number,
        "final_of": str(report.final_of_id or ""),
    }
    return {name: mark for name, mark in marks.items() if mark}
