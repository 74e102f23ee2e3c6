"""The JSON of a request's body."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from api.parameters import is_text

# A request of ours is small: a few names and clocks, or the texts of an entry.
MOST_BYTES = 1_000_000
MOST_BYTES_OF_MANY = 20_000_000
# A body with rows of entries that have items of evidence.
MOST_LEVELS = 8


class StrictJsonParser(JSONParser):
    """Reads a JSON object, or refuses the body with 400.

    Refused are also too many bytes, deep nesting, texts that a database cannot hold,
    and names that are given twice.
    """

    most_bytes = MOST_BYTES

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        content = stream.read(self.most_bytes + 1)
        if len(content) > self.most_bytes:
            raise ParseError(_("The body is too long."))
        try:
            body = json.loads(
                content.decode(), object_pairs_hook=_unique, parse_constant=_refused
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not valid JSON.")) from error
        if not isinstance(body, dict):
            raise ParseError(_("The body must be a JSON object."))
        if not _is_storable(body, MOST_LEVELS):
            raise ParseError(_("A text of the body contains a character to refuse."))
        return body


class LongJsonParser(StrictJsonParser):
    """Reads a body with many entries."""

    most_bytes = MOST_BYTES_OF_MANY


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON. Raises ValueError if a name is given twice."""
    named = dict(pairs)
    if len(named) < len(pairs):
        raise ValueError
    return named


def _refused(_constant: str) -> float:
    """Refuse NaN and infinities, which are not JSON."""
    raise ValueError


def _is_storable(value: object, levels: int) -> bool:
    """Return whether a database can hold every name and text in this value.

    What is nested more deeply than any body of ours is refused by its field.
    """
    if isinstance(value, str):
        return is_text(value)
    if isinstance(value, dict) and levels:
        parts = (*value, *value.values())
        return all(_is_storable(part, levels - 1) for part in parts)
    if isinstance(value, list) and levels:
        return all(_is_storable(part, levels - 1) for part in value)
    return True
