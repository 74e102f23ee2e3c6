"""What an action refused, for somebody at a terminal."""

from django.core.exceptions import ValidationError


def in_sentences(error: ValidationError) -> str:
    """Every message of a refusal, each with the name of its field."""
    return " ".join(
        f"{field}: {' '.join(messages)}"
        for field, messages in error.message_dict.items()
    )
