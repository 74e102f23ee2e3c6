"""Fields of bodies and answers that DRF does not have."""

from collections.abc import Iterable
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

# What to answer if the plan is left out where it is needed.
PLAN_NEEDED = gettext_lazy("Give the slug of a plan. /api/v1/plans/ lists them.")


def select_one_of(values: Iterable[Any]) -> str:
    """Return the refusal of a value outside a fixed set, with the set."""
    return _("Select one of: %s.") % ", ".join(map(str, values))


class ChoiceIn(serializers.ChoiceField):
    """One of some values, as text. Every refusal lists them."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice")
        return data

    def fail(self, key: str, **_values: Any) -> NoReturn:
        raise serializers.ValidationError(select_one_of(self.choices), key)


class ChoiceOrNull(serializers.ChoiceField):
    """A choice that may be unset. An empty column is shown as null."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices, allow_null=True, **options)

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None
