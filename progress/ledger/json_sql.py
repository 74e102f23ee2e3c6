"""SQL that reads rows as JSON, with every value as the ledger writes it.

The database makes the JSON of many rows in one query, faster than Python could read
their columns. `as_json` in progress/ledger/chain.py does the same to single values.
"""

from collections.abc import Mapping

from django.db.models import DateTimeField, Model


def object_sql(model: type[Model], columns: Mapping[str, str], alias: str) -> str:
    """Return SQL for a row as a JSON object: `columns` gives each key its column."""
    return f"json_build_object({pairs_sql(model, columns, alias)})"


def pairs_sql(model: type[Model], columns: Mapping[str, str], alias: str) -> str:
    """Return the keys and values of `object_sql`, so that others can be added."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    fields["pk"] = model._meta.pk
    return ", ".join(
        f"'{key}', "
        + _value_sql(
            f"{alias}.{fields[name].column}", isinstance(fields[name], DateTimeField)
        )
        for key, name in columns.items()
    )


def list_sql(value: str, source: str, order: str) -> str:
    """Return SQL for a JSON array of a value of each row: empty without any."""
    return f"(SELECT COALESCE(json_agg({value} ORDER BY {order}), '[]') FROM {source})"  # noqa: S608 - our own names only


def _value_sql(column: str, is_instant: bool) -> str:
    """Return SQL for a value: only instants have another form in PostgreSQL's JSON."""
    form = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
    return f"to_char({column} AT TIME ZONE 'UTC', '{form}')" if is_instant else column
