"""The outside bodies that score what members do about their commitments."""

from django.db import models
from django.db.models import Q

from accounts.models.edited import EditedRow
from accounts.wording.names import name_order

SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SHORT_NAME_LENGTH = 30


class AssessingBodyQuerySet(models.QuerySet["AssessingBody"]):
    def slugs(self) -> list[str]:
        """Return all slugs, to compare in Python: PostgreSQL refuses some texts."""
        return list(self.order_by("pk").values_list("pk", flat=True))

    def in_order(self) -> list["AssessingBody"]:
        """Return all bodies by name, in the reader's language."""
        return sorted(self.all(), key=lambda body: (*name_order(body.name), body.slug))


class AssessingBody(EditedRow):
    """An independent body, for which assessors score the commitments of members.

    Everyone may know which bodies there are. What they score is theirs until they
    release it.
    """

    edited_fields = ("name", "short_name", "website")

    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=120, unique=True)
    # For the heads of columns and for lists.
    short_name = models.CharField(max_length=SHORT_NAME_LENGTH)
    website = models.URLField(max_length=200, blank=True)

    objects = AssessingBodyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "assessing bodies"
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__regex=SLUG_PATTERN), name="assessing_body_has_a_slug"
            ),
            models.CheckConstraint(
                condition=Q(website="") | Q(website__iregex=r"^https?://"),
                name="assessing_body_has_a_web_address",
            ),
        ]

    def __str__(self) -> str:
        return self.name
