"""Evidence for entries, and the checks of its links."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, User
from progress import limits
from progress.querysets.evidence import EvidenceQuerySet, LinkCheckQuerySet


class FileHold(models.TextChoices):
    """Why a file is not given out, with the words that mark it beside its title."""

    NONE = "", ""
    CHECKING = "checking", _("being checked for viruses")
    VIRUS = "virus", _("withheld: a virus was found")

    @classmethod
    def after(cls, verdict: str) -> "FileHold":
        """Return it for the last verdict on a file. Empty: it was never scanned."""
        if verdict == "bad":
            return cls.VIRUS
        return cls.CHECKING if settings.CLAMAV_URL and not verdict else cls.NONE


class Evidence(models.Model):
    """A link, citation or file that supports an entry. It is replaced, never edited.

    One item may support many entries of the delegation that added it.
    """

    class Kind(models.TextChoices):
        LINK = "link", _("Link")
        CITATION = "citation", _("Citation")
        FILE = "file", _("File")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=limits.EVIDENCE_TITLE)
    url = models.CharField(max_length=limits.URL, blank=True)
    citation = models.CharField(max_length=limits.CITATION, blank=True)
    accessed_on = models.DateField(null=True)
    # For a file: the name and type it is served with. `EvidenceFile` has its bytes.
    file_name = models.CharField(max_length=limits.FILE_NAME, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    # The member whose delegation added it.
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="evidence"
    )
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="added_evidence"
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="link", url__regex=r"^https?://", citation="")
                | (Q(kind="citation", url="") & ~Q(citation=""))
                | Q(kind="file", url="", citation=""),
                name="evidence_is_a_link_a_citation_or_a_file",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="file", size__gt=0, sha256__regex=r"^[0-9a-f]{64}$")
                    & ~Q(file_name="")
                    & ~Q(media_type="")
                )
                | (
                    ~Q(kind="file")
                    & Q(file_name="", media_type="", size__isnull=True, sha256="")
                ),
                name="evidence_file_has_a_name_and_a_hash",
            ),
        ]
        indexes = [
            models.Index(
                fields=["member", "-added_at"], name="evidence_of_a_member_by_age"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def hold(self) -> FileHold:
        """Why its file is held back. A list joins `scan`, to ask no query for each."""
        if self.kind != self.Kind.FILE:
            return FileHold.NONE
        scan = getattr(self, "scan", None)
        return FileHold.after(scan.verdict if scan else "")


class EvidenceFile(models.Model):
    """The bytes of one file, or the name of the object that has them.

    `audit.stored_files` reads them, and checks the size and hash that `Evidence` has.
    """

    evidence = models.OneToOneField(
        Evidence, on_delete=models.PROTECT, primary_key=True, related_name="file"
    )
    content = models.BinaryField()
    object_key = models.CharField(max_length=32, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["object_key"],
                condition=~Q(object_key=""),
                name="evidence_file_has_its_own_object",
            ),
            models.CheckConstraint(
                condition=Q(object_key="") | Q(content=b""),
                name="evidence_file_lies_in_one_place",
            ),
        ]

    def __str__(self) -> str:
        return str(self.evidence_id)


class LinkCheck(models.Model):
    """Whether one link worked when last checked. The row is also the job."""

    evidence = models.OneToOneField(
        Evidence, on_delete=models.PROTECT, primary_key=True, related_name="link_check"
    )
    due_at = models.DateTimeField()
    lease = models.UUIDField(null=True)
    lease_ends_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    http_status = models.PositiveSmallIntegerField(null=True)
    # The fault, as `LinkProblem` names it. Empty if the link worked.
    problem = models.CharField(max_length=300, blank=True)
    # Consecutive failures.
    failure_count = models.PositiveSmallIntegerField(default=0)
    last_alive_at = models.DateTimeField(null=True)
    dead_since = models.DateTimeField(null=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lease__isnull=True, lease_ends_at__isnull=True)
                | Q(lease__isnull=False, lease_ends_at__isnull=False),
                name="link_check_lease_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="link_check_due"),
            models.Index(fields=["checked_at"], name="link_check_checked"),
            models.Index(
                fields=["lease_ends_at"],
                condition=Q(lease__isnull=False),
                name="link_check_running",
            ),
        ]

    def __str__(self) -> str:
        return str(self.evidence_id)
