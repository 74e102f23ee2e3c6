"""Renders the JSON of a report: its whole snapshot, as it was hashed."""

from typing import Any, cast

import rfc8785

from reports.snapshot_schema import Snapshot


def render_json(snapshot: Snapshot) -> bytes:
    """Return the snapshot in canonical JSON (RFC 8785).

    So the SHA-256 of this file is the one that the other files print.
    """
    return rfc8785.dumps(cast("Any", snapshot))
