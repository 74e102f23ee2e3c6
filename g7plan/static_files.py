"""Static files: named by their content, and compressed once and quickly."""

from typing import Any

import brotli
from django.contrib.staticfiles.storage import ManifestFilesMixin
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# How a module names another one. It is private to Django (tried with 5.2).
_PATTERNS = "_js_module_import_aggregation_patterns"
IMPORTS = getattr(ManifestFilesMixin, _PATTERNS)[1]


class QuickCompressor(Compressor):  # type: ignore[misc]  # its base has no types
    """Compress with Brotli level 5: the highest takes 40 s for the API's docs page."""

    # Only developer tools read source maps, and they can wait.
    SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        compressed: bytes = brotli.compress(data, quality=5)
        return compressed


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    # Our modules import each other by the names that carry their content's hash. Those
    # of packages import what they do not ship.
    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = ("js/*.js", IMPORTS)

    def create_compressor(self, **options: Any) -> Compressor:
        return QuickCompressor(**options)
