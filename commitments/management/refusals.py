"""Turns a refusal into a command's error message, without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from accounts.reference import ReferenceDataError


@contextmanager
def refusals_as_command_errors() -> Iterator[None]:
    """Raise CommandError in place of ReferenceDataError and ValidationError."""
    try:
        yield
    except ReferenceDataError as error:
        raise CommandError(f"{error} Nothing was changed.") from error
    except ValidationError as error:
        sentences = " ".join(error.messages)
        raise CommandError(f"{sentences} Nothing was changed.") from error
