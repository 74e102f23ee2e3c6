"""SQL that reads rows as canonical JSON, with every value as the ledger writes it.

The database makes the JSON of many rows in one query, faster than Python could read
their columns. `as_json` in progress/ledger/chain.py does the same to single values.
`row_to_json` writes no blanks and escapes a text as RFC 8785 does. Here its keys are
sorted, so the text is canonical. Where it were not, a reader would only take longer:
it compares the parsed values with the record before it reports a difference.
"""

from collections.abc import Mapping

from django.db.models import DateTimeField, Model


def columns_sql(
    model: type[Model], columns: Mapping[str, str], alias: str
) -> dict[str, str]:
    """Return SQL for the value of each key: `columns` gives each its column."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    fields["pk"] = model._meta.pk
    return {
        key: _value_sql(
            f"{alias}.{fields[name].column}", isinstance(fields[name], DateTimeField)
        )
        for key, name in columns.items()
    }


def object_sql(values: Mapping[str, str]) -> str:
    """Return SQL for a JSON object of these keys, each with the SQL of its value."""
    columns = ", ".join(f'{value} AS "{key}"' for key, value in sorted(values.items()))
    return f"(SELECT row_to_json(one) FROM (SELECT {columns}) AS one)"  # noqa: S608 - our own names only


def array_sql(value: str, order: str) -> str:
    """Return SQL that gathers a JSON value of each row of a group in a JSON array."""
    return f"array_to_json(array_agg({value} ORDER BY {order}))"


def list_sql(value: str, source: str, order: str) -> str:
    """Return SQL for a JSON array of a value of each row: empty without any."""
    return f"(SELECT {or_empty(array_sql(value, order))} FROM {source})"  # noqa: S608 - our own names only


def or_empty(array: str) -> str:
    """Return SQL for a JSON array that is empty where there is none."""
    return f"COALESCE({array}, '[]')"


def _value_sql(column: str, is_instant: bool) -> str:
    """Return SQL for a value: only instants have another form in PostgreSQL's JSON."""
    form = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
    return f"to_char({column} AT TIME ZONE 'UTC', '{form}')" if is_instant else column
