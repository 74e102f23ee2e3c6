"""The JSON of a request's body."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from api.parameters import is_text

# A request of ours is small: a few names and clocks.
MOST_BYTES = 1_000_000


class StrictJsonParser(JSONParser):
    """Reads a JSON object, or refuses the body with 400.

    Refused are also too many bytes, deep nesting, texts that a database cannot hold,
    and names that are given twice.
    """

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ParseError(_("The body is too long."))
        try:
            body = json.loads(
                content.decode(), object_pairs_hook=_unique, parse_constant=_refused
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not valid JSON.")) from error
        if not isinstance(body, dict):
            raise ParseError(_("The body must be a JSON object."))
        if not all(map(_is_storable, body.items())):
            raise ParseError(_("A text of the body contains a character to refuse."))
        return body


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON. Raises ValueError if a name is given twice."""
    named = dict(pairs)
    if len(named) < len(pairs):
        raise ValueError
    return named


def _refused(_constant: str) -> float:
    """Refuse NaN and infinities, which are not JSON."""
    raise ValueError


def _is_storable(named: tuple[str, Any]) -> bool:
    """Return whether a database can hold the name and its text.

    Values that are not texts are read by their field, which takes no nested texts.
    """
    name, value = named
    return is_text(name) and (not isinstance(value, str) or is_text(value))
