"""Fields of an answer that DRF does not have."""

from typing import Any

from rest_framework import serializers


class ChoiceOrNull(serializers.ChoiceField):
    """A choice that may be unset. An empty column is shown as null."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices, allow_null=True, **options)

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None
