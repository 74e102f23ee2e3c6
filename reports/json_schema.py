"""The JSON Schema of a report's JSON file, from the types of the snapshot."""

import json
from functools import cache
from typing import Any

import msgspec.json

from reports.snapshot_schema import SCHEMA_VERSION, Snapshot


@cache
def report_schema() -> bytes:
    """Return the JSON Schema (draft 2020-12) of the snapshot of a report.

    `docs/report.schema.json` is a copy: `make schema` writes it.
    """
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Report of g7plan, schema {SCHEMA_VERSION}",
        **msgspec.json.schema(Snapshot),
    }
    for part in schema["$defs"].values():
        if "properties" in part:
            part["additionalProperties"] = False
    return f"{json.dumps(schema, indent=2, ensure_ascii=False)}\n".encode()
