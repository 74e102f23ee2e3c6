"""Plain words people write to each other: no markup, up to a limit."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from progress import limits


def require_words(words: str, *, field: str, limit: int = limits.COMMENT) -> str:
    """The words without blanks around them. Line ends are one character each.

    Raises ValidationError: a dict of the field, with code `required`, `max_length` or
    `null_characters`.
    """
    words = words.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not words:
        _refuse(field, _("Write something first."), "required")
    if "\x00" in words:
        _refuse(field, _("Null characters are not allowed."), "null_characters")
    if len(words) > limit:
        sentence = _("This is %(length)d characters long; at most %(limit)d fit.")
        _refuse(field, sentence % {"length": len(words), "limit": limit}, "max_length")
    return words


def _refuse(field: str, sentence: str, code: str) -> None:
    raise ValidationError({field: [ValidationError(sentence, code=code)]})
