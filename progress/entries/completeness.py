"""What an entry still needs before it can be sent."""

from django.utils.translation import gettext as _

from accounts.day_sentences import day_as
from accounts.typed.text import is_seen
from progress.models import Entry


def missing_fields(entry: Entry) -> dict[str, str]:
    """Return a sentence for each field that must be filled in before sending."""
    problems = {
        "status": "" if entry.status else _("Choose a status."),
        "narrative": "" if is_seen(entry.narrative) else _("Describe what was done."),
    }
    return {field: sentence for field, sentence in problems.items() if sentence}


def is_unconfirmed(entry: Entry) -> bool:
    """Return whether its text was carried forward, and no one has confirmed it."""
    return entry.unchanged_since is not None and entry.confirmed_at is None


def unconfirmed_sentence(entry: Entry) -> str:
    """Return why a text carried forward cannot be sent yet (rule 9)."""
    return _(
        "This text is unchanged since %(day)s. Confirm that it is still true, or edit"
        " it."
    ) % {"day": day_as(entry.unchanged_since or entry.as_of)}
