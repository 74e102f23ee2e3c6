"""The files of a finished report, its cover, and the manifest of what was stored."""

from django.db import models
from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _

from reports.formats import FORMAT_RULES
from reports.models.report import Report


class ReportFileQuerySet(models.QuerySet["ReportFile"]):
    def offered(self) -> "ReportFileQuerySet":
        """Return the files without their content, in the order of the formats."""
        ranks = [When(format=name, then=n) for n, name in enumerate(FORMAT_RULES)]
        rank = Case(*ranks, output_field=models.IntegerField())
        return self.defer("content").order_by(rank)


class ReportFile(models.Model):
    """A finished report in one format, with its hash.

    Its bytes are in `content`, or in the object that `object_key` names:
    `audit.stored_files` reads them. A report with an erased entry has neither.
    """

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", _("Word")
        XLSX = "xlsx", _("Excel")
        HTML = "html", _("Web page")
        CSV_PEOPLE = "csv-people", _("CSV for spreadsheets")
        CSV = "csv", "CSV"
        JSON = "json", "JSON"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=10, choices=Format)
    content = models.BinaryField()
    object_key = models.CharField(max_length=32, blank=True, default="", db_default="")
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "format"], name="report_file_format_is_unique"
            ),
            models.UniqueConstraint(
                fields=["object_key"],
                condition=~Q(object_key=""),
                name="report_file_has_its_own_object",
            ),
            models.CheckConstraint(
                condition=Q(object_key="") | Q(content=b""),
                name="report_file_lies_in_one_place",
            ),
        ]
        # A file that someone holds is found by its hash.
        indexes = [models.Index(fields=["sha256"], name="report_file_by_hash")]

    def __str__(self) -> str:
        return f"{self.report_id}.{self.format}"

    @property
    def purpose(self) -> str:
        """Return what this format is for, in a few words."""
        return str(FORMAT_PURPOSES[self.Format(self.format)])


FORMAT_PURPOSES = {
    ReportFile.Format.PDF: _("To read and print"),
    ReportFile.Format.DOCX: _("To edit, and to copy from"),
    ReportFile.Format.XLSX: _("To filter and sort, with charts"),
    ReportFile.Format.HTML: _("To read in a browser, without a connection"),
    ReportFile.Format.CSV_PEOPLE: _("To open as a table, in the report's language"),
    ReportFile.Format.CSV: _("For programs: one row a position, text unchanged"),
    ReportFile.Format.JSON: _("For programs: everything, with all hashes"),
}


class ReportCover(models.Model):
    """The first page of a finished report as a picture, and its number of pages.

    It is a preview for the report's page, and no part of what is signed.
    """

    report = models.OneToOneField(
        Report, on_delete=models.PROTECT, primary_key=True, related_name="cover"
    )
    picture = models.BinaryField()  # PNG
    pages = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"cover of {self.report_id}"


class ReportManifest(models.Model):
    """What was stored of a finished report, signed by the signing process."""

    report = models.OneToOneField(
        Report, on_delete=models.PROTECT, primary_key=True, related_name="manifest"
    )
    # Canonical JSON, exactly as it was signed: see `reports.manifests`.
    text = models.TextField()
    signed_at = models.DateTimeField()
    # SHA-256 of the public half of the key, and 64 bytes: both in hexadecimal.
    key_sha256 = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    def __str__(self) -> str:
        return f"manifest of {self.report_id}"
