"""Addresses of resources: `<plural>/`, and below it the natural key of one of them."""

from typing import Any

from rest_framework.routers import SimpleRouter


class NaturalKeyRouter(SimpleRouter):
    """A viewset's `key` is the part of the address that names one of its rows."""

    def __init__(self) -> None:
        super().__init__(use_regex_path=False)

    def get_lookup_regex(self, viewset: Any, lookup_prefix: str = "") -> str:
        return str(getattr(viewset, "key", ""))
