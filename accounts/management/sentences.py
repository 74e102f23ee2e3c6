"""What an action refused, for somebody at a terminal."""

from django.core.exceptions import ValidationError


def in_sentences(error: ValidationError) -> str:
    """Every message of a refusal, each with the name of its field where it has one."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        f"{field}: {' '.join(messages)}"
        for field, messages in error.message_dict.items()
    )
