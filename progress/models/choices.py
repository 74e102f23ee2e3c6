"""The vocabulary of entries: workflow state, status and handling label.

Each class is the one source of its values and their order.
`tests/progress/models/test_choices.py` holds every plain-Python copy equal to it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an entry is in the workflow."""

    DRAFT = "draft", _("Draft")
    IN_CLEARANCE = "in_clearance", _("In clearance")
    SUBMITTED = "submitted", _("With the Presidency")
    RETURNED = "returned", _("Returned")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


class Status(models.TextChoices):
    """How far a member says it is with a commitment.

    From the least done to the most done; the last is outside that scale.
    """

    NOT_STARTED = "not_started", _("Not started")
    LIMITED = "limited", _("Limited progress")
    SUBSTANTIAL = "substantial", _("Substantial progress")
    IMPLEMENTED = "implemented", _("Implemented")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class Handling(models.TextChoices):
    """Traffic Light Protocol 2.0 labels, with this product's narrower audiences.

    From the least restricted to the most restricted.
    """

    CLEAR = "clear", "TLP:CLEAR"
    GREEN = "green", "TLP:GREEN"
    AMBER = "amber", "TLP:AMBER"

    @classmethod
    def up_to(cls, audience: str) -> list[str]:
        """Return the labels that the audience of this label may read."""
        return cls.values[: cls.values.index(audience) + 1]

    @classmethod
    def strictest(cls, *labels: str) -> str:
        """Return the most restricted of these labels."""
        return max(labels, key=cls.values.index)
