"""Finds the words of a field, a parameter or a header in the tables of this folder."""

from collections import ChainMap

from api.descriptions import (
    common,
    entries,
    keys,
    parameters,
    plans,
    reports,
    scores,
    webhooks,
    writing,
)
from api.descriptions.words import FieldWords

FIELDS: "ChainMap[str, FieldWords]" = ChainMap(
    common.FIELDS,
    entries.FIELDS,
    keys.FIELDS,
    plans.FIELDS,
    reports.FIELDS,
    scores.FIELDS,
    webhooks.FIELDS,
    writing.FIELDS,
)
# Components that have the fields of another one, and more.
EXTENDED = {"CitedEvidence": "Evidence"}
PARAMETERS: "ChainMap[str, FieldWords]" = ChainMap(
    parameters.PARAMETERS,
    scores.PARAMETERS,
    webhooks.PARAMETERS,
    writing.PARAMETERS,
)


def words_of_field(component: str, name: str) -> FieldWords | None:
    """Return the words of this field of a component, or those of its name alone."""
    own = FIELDS.get(f"{component}.{name}")
    inherited = FIELDS.get(f"{EXTENDED.get(component)}.{name}")
    return own or inherited or FIELDS.get(name)


def words_of_parameter(operation_id: str, name: str) -> FieldWords | None:
    """Return the words of this parameter of an operation, or those of its name."""
    own = PARAMETERS.get(f"{operation_id}.{name}")
    return own or PARAMETERS.get(name) or FIELDS.get(name)
