"""Signs what is stored of a finished report."""

import uuid
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from progress.actions.instants import recorded_instant
from progress.ledger.keys import SIGNER, sign_payload
from reports.manifests import MANIFEST_PARTS, faults_of, manifest_text
from reports.models import Report, ReportManifest


def sign_report(*, report_id: uuid.UUID, at: datetime) -> ReportManifest | None:
    """Sign what is stored of a finished report. The signing process does this.

    It computes every hash again from the stored bytes first. Return None if there is
    nothing to sign. Raises ValidationError with code `not_intact`.
    """
    unsigned = Report.objects.using(SIGNER).unsigned().filter(pk=report_id)
    report = unsigned.select_related(*MANIFEST_PARTS).first()
    if report is None:
        return None
    if faults := list(faults_of(report)):
        raise ValidationError(
            _("Report %(report)s is not signed: %(faults)s."),
            code="not_intact",
            params={"report": report.pk, "faults": "; ".join(faults)},
        )
    text = manifest_text(report)
    signed = sign_payload(text.encode())
    manifest = ReportManifest(
        report=report,
        text=text,
        signed_at=recorded_instant(at),
        key_sha256=signed.key_sha256,
        signature=signed.signature,
    )
    # Another run may have signed it meanwhile: what it signed is the same.
    ReportManifest.objects.using(SIGNER).bulk_create([manifest], ignore_conflicts=True)
    return manifest
