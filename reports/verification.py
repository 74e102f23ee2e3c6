"""The verification of finished reports: their stored content and signed manifests."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import ngettext

from audit.models import Event
from progress.ledger.keys import is_signed
from reports.manifests import MANIFEST_PARTS, faults_of, manifest_text
from reports.models import Report, ReportManifest

# Reports read at once: each brings its snapshot and its files.
CHUNK = 10
# The signing process may be away for as long before a missing manifest is a finding.
PATIENCE = timedelta(days=1)


class ReportVerification:
    """One verification: `findings` yields the faults, the attributes sum it up."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.count = self.files = self.signed = self.erased = 0

    def findings(self) -> Iterator[str]:
        """Yield one sentence for each finished report that is not as it was."""
        compiled = _compiled()
        for report in finished_reports().iterator(chunk_size=CHUNK):
            self.count += 1
            self.files += len(report.files.all())
            self.erased += report.erased_at is not None
            wrong = [*faults_of(report), *self._wrong_in_manifest(report)]
            if compiled.pop(str(report.pk), None) != report.snapshot_sha256:
                wrong.append("no event records that it was compiled with this snapshot")
            if wrong:
                yield f"Report {report.pk}: {'; '.join(wrong)}."
        for pk in compiled:
            yield f"Report {pk} was compiled, but it is gone."

    def _wrong_in_manifest(self, report: Report) -> Iterator[str]:
        manifest: ReportManifest | None = getattr(report, "manifest", None)
        if manifest is None:
            assert report.finished_at is not None  # noqa: S101 - it is finished
            if report.erased_at is None and report.finished_at < self.at - PATIENCE:
                yield "its manifest was never signed, or was removed"
            return
        self.signed += 1
        if not is_signed(
            manifest.text.encode(),
            key_sha256=manifest.key_sha256,
            signature=manifest.signature,
        ):
            yield "the signature of its manifest is not valid"
        elif manifest.text != manifest_text(report):
            yield "it differs from its signed manifest"

    def summary(self) -> str:
        """Return what was checked, in a sentence."""
        reports = ngettext(
            "%(count)d finished report", "%(count)d finished reports", self.count
        ) % {"count": self.count}
        files = ngettext("%(count)d file", "%(count)d files", self.files) % {
            "count": self.files
        }
        return (
            f"{reports} with {files}; signed manifests: {self.signed};"
            f" without: {self.count - self.signed}; erased by law: {self.erased}."
        )


def finished_reports() -> QuerySet[Report]:
    """Return the finished reports with all that is stored of them, oldest first."""
    return (
        Report.objects.filter(state=Report.State.DONE)
        .select_related("manifest", *MANIFEST_PARTS)
        .prefetch_related("files")
        .order_by("finished_at", "pk")
    )


def _compiled() -> dict[str, str]:
    """Return the snapshot's hash of each report that was compiled, by its id."""
    events = Event.objects.filter(verb="report.finish")
    return {
        pk: data.get("snapshot_sha256", "")
        for pk, data in events.values_list("target_id", "data")
    }
