"""What the schema says of one field or parameter: meaning, bounds and example."""

from dataclasses import dataclass
from typing import Any

SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
SHA256_PATTERN = "^[0-9a-f]{64}$"
SLUG_PATTERN = "^[-a-zA-Z0-9_]+$"
PLAN = "ise-shima-2016-ct"
ENTRY_ID = "019594d2-5c3e-7a41-b3c8-9a0f6d1e2b47"
HOST = "https://stocktake.example.org"


@dataclass(frozen=True)
class FieldWords:
    """The meaning of a field, with its unit, and one example of it.

    Without `text`, the field has a `help_text` of its own: that always comes first.
    `longest` is in characters. `pattern` is a regular expression as in JSON Schema.
    Both are for text only, and must hold for every value that the field may have.
    """

    text: str
    example: Any
    longest: int | None = None
    pattern: str | None = None


Table = dict[str, FieldWords]
