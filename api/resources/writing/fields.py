"""Fields of a body. Each takes one type of JSON only: a number is no text."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.typed.text import clean_link, clean_text

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class TextIn(serializers.CharField):
    """A text. Null means an empty text.

    Characters that no text may have are refused here. The rest is kept as it is:
    actions clean it.
    """

    clean: Callable[[str], str] = staticmethod(clean_text)

    def __init__(self, **options: Any) -> None:
        options = {"required": False, "allow_blank": True, **options}
        super().__init__(**options, trim_whitespace=False)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text = super().to_internal_value(data)
        try:
            self.clean(text)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages[0], error.code) from error
        return text


class LinkIn(TextIn):
    """An address: marks at its ends that cannot be seen are no fault."""

    clean = staticmethod(clean_link)


class FlagIn(serializers.BooleanField):
    """True or false, and no other value that means the same."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class IdIn(serializers.UUIDField):
    """An id, as answers give it."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or not _UUID.fullmatch(data):
            self.fail("invalid", value=data)
        return UUID(data)


def read_body(body: serializers.Serializer[Any], sent: object) -> dict[str, Any]:
    """Return the valid values of a body.

    Raises ValidationError: a dict of JSON pointers without their first slash.
    """
    faults: dict[str, list[ValidationError]] = {}
    values: dict[str, Any] = {}
    try:
        values = body.run_validation(sent)
    except serializers.ValidationError as error:
        for path, code, sentence in _errors(error.detail):
            faults.setdefault(path, []).append(ValidationError(sentence, code))
    for path, known in _unknown(body, sent):
        sentence = _("This field is unknown here. Known fields: %s.") % known
        faults.setdefault(path, []).append(ValidationError(sentence, "unknown"))
    if faults:
        raise ValidationError(faults)
    return values


def at_place(error: ValidationError, place: str) -> dict[str, list[ValidationError]]:
    """Return the faults of a part of a body by their pointers in the whole body."""
    if not hasattr(error, "error_dict"):
        return {place: list(error.error_list)}
    return {
        f"{place}/{name}".removesuffix("/"): list(errors)
        for name, errors in error.error_dict.items()
    }


def _errors(found: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield the pointer, code and sentence of each error that DRF found."""
    if isinstance(found, Mapping):
        for name, inner in found.items():
            is_own = name == "non_field_errors"
            yield from _errors(inner, path if is_own else _join(path, name))
        return
    for place, error in enumerate(found):
        if isinstance(error, Mapping | Sequence) and not isinstance(error, str):
            yield from _errors(error, _join(path, place))
        else:
            yield path, error.code, str(error)


def _unknown(
    body: serializers.Field[Any, Any, Any, Any], sent: object, path: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield the pointer of each field that the body does not have, and which it has."""
    if isinstance(body, serializers.ListSerializer) and isinstance(sent, list):
        child: Any = body.child
        for place, part in enumerate(sent):
            yield from _unknown(child, part, _join(path, place))
    if isinstance(body, serializers.Serializer) and isinstance(sent, Mapping):
        for name, value in sent.items():
            if name in body.fields:
                yield from _unknown(body.fields[name], value, _join(path, name))
            else:
                yield _join(path, name), ", ".join(body.fields)


def _join(path: str, name: object) -> str:
    """Return a longer JSON pointer (RFC 6901), without its first slash."""
    part = str(name).replace("~", "~0").replace("/", "~1")
    return f"{path}/{part}" if path else part
