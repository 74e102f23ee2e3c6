"""Fields of an answer that DRF has no word for."""

from typing import Any

from rest_framework import serializers


class ChoiceOrNull(serializers.ChoiceField):
    """A choice that may be open still: an empty column is told as null."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices, allow_null=True, **options)

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None
