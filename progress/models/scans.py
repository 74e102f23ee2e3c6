"""The scan of each uploaded file for malware."""

from django.db import models
from django.db.models import Q

from progress.models.evidence import Evidence
from progress.querysets.evidence import EvidenceScanQuerySet


class EvidenceScan(models.Model):
    """What a scanner last said of one file. The row is also the job.

    The evidence itself is never changed by it, and neither is an entry that names it.
    """

    class Verdict(models.TextChoices):
        NONE = ""
        CLEAN = "clean"
        BAD = "bad"

    evidence = models.OneToOneField(
        Evidence, on_delete=models.PROTECT, primary_key=True, related_name="scan"
    )
    due_at = models.DateTimeField()
    lease = models.UUIDField(null=True)
    lease_ends_at = models.DateTimeField(null=True)
    # The last answer of the scanner. It stays while later scans do not succeed.
    scanned_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=5, choices=Verdict, blank=True)
    malware = models.CharField(max_length=200, blank=True)
    engine = models.CharField(max_length=200, blank=True)
    # Why the last attempt gave no answer, as `ScanProblem` names it.
    problem = models.CharField(max_length=20, blank=True)
    # Consecutive attempts without an answer.
    failure_count = models.PositiveSmallIntegerField(default=0)

    objects = EvidenceScanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lease__isnull=True, lease_ends_at__isnull=True)
                | Q(lease__isnull=False, lease_ends_at__isnull=False),
                name="evidence_scan_lease_ends",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", scanned_at__isnull=True, malware="")
                | Q(verdict="clean", scanned_at__isnull=False, malware="")
                | (Q(verdict="bad", scanned_at__isnull=False) & ~Q(malware="")),
                name="evidence_scan_verdict_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="evidence_scan_due"),
            models.Index(fields=["scanned_at"], name="evidence_scan_scanned"),
            models.Index(
                fields=["lease_ends_at"],
                condition=Q(lease__isnull=False),
                name="evidence_scan_running",
            ),
        ]

    def __str__(self) -> str:
        return str(self.evidence_id)

    @property
    def is_bad(self) -> bool:
        return self.verdict == self.Verdict.BAD
