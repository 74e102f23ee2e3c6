"""Refusals of an action, for the terminal."""

from django.core.exceptions import ValidationError


def in_sentences(error: ValidationError) -> str:
    """Return every message of a refusal, each with the name of its field."""
    return " ".join(
        f"{field}: {' '.join(messages)}"
        for field, messages in error.message_dict.items()
    )
