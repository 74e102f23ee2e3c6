"""The signed manifest that names a file of a final report."""

import json

from progress.ledger.keys import is_signed
from reports.models import Report, ReportManifest


def manifest_of_final(sha256: str, size: int) -> ReportManifest | None:
    """Return the manifest with a valid signature that names a file of these bytes.

    The signature is checked first, and then only what was signed is believed.
    """
    found = ReportManifest.objects.filter(
        report__files__sha256=sha256, report__circulation=Report.Circulation.FINAL
    ).distinct()
    for manifest in found.order_by("signed_at", "pk"):
        if _is_valid(manifest) and _names(manifest, sha256, size):
            return manifest
    return None


def _is_valid(manifest: ReportManifest) -> bool:
    return is_signed(
        manifest.text.encode(),
        key_sha256=manifest.key_sha256,
        signature=manifest.signature,
    )


def _names(manifest: ReportManifest, sha256: str, size: int) -> bool:
    signed = json.loads(manifest.text)
    files = {(file["sha256"], file["size"]) for file in signed["files"]}
    is_final = signed.get("circulation") == Report.Circulation.FINAL
    return is_final and (sha256, size) in files
