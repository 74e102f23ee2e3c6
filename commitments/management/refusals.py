"""What a command says when it is refused: one sentence, never a stack of calls."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from accounts.reference import ReferenceDataError


@contextmanager
def refused_in_a_sentence() -> Iterator[None]:
    try:
        yield
    except ReferenceDataError as error:
        raise CommandError(f"{error} Nothing was changed.") from error
    except ValidationError as error:
        said = " ".join(error.messages)
        raise CommandError(f"{said} Nothing was changed.") from error
