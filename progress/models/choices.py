"""The words of the workflow, and of what is said."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a row is in the workflow."""

    DRAFT = "draft", _("Draft")
    IN_CLEARANCE = "in_clearance", _("In clearance")
    SUBMITTED = "submitted", _("With the Presidency")
    RETURNED = "returned", _("Returned")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


class Status(models.TextChoices):
    """What is said about the commitment. Ordinal, but for the last."""

    NOT_STARTED = "not_started", _("Not started")
    LIMITED = "limited", _("Limited progress")
    SUBSTANTIAL = "substantial", _("Substantial progress")
    IMPLEMENTED = "implemented", _("Implemented")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class Handling(models.TextChoices):
    """Traffic Light Protocol 2.0 labels, with this product's narrower audiences."""

    CLEAR = "clear", "TLP:CLEAR"
    GREEN = "green", "TLP:GREEN"
    AMBER = "amber", "TLP:AMBER"
