"""Addresses of resources: `<plural>/`, and `<plural>/<natural key>/` for one row."""

from typing import Any

from rest_framework.routers import SimpleRouter


class NaturalKeyRouter(SimpleRouter):
    """Builds the address of one row from the viewset's `key`."""

    def __init__(self) -> None:
        super().__init__(use_regex_path=False)

    def get_lookup_regex(self, viewset: Any, lookup_prefix: str = "") -> str:
        return str(getattr(viewset, "key", ""))
