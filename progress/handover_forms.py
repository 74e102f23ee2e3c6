"""What an outgoing team types."""

from django import forms
from django.utils.translation import gettext_lazy

from progress import limits
from progress.fields import WordsField
from progress.forms import VersionForm


class HandoverForm(VersionForm):
    """A note to the next team; it may be empty."""

    note = WordsField(
        label=gettext_lazy("Note to the next team"),
        help_text=gettext_lazy(
            "Read by the coordinators of both members, and of later Presidencies."
        ),
        max_length=limits.HANDOVER_NOTE,
        widget=forms.Textarea(attrs={"rows": 10}),
        required=False,
    )
