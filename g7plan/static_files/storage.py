"""Static files as they are served: named by their content, and compressed once."""

from typing import Any, Final

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Bytes. Larger files are those of packages: the API's docs page alone would take 40 s.
LARGE: Final = 200_000


class QuickCompressor(Compressor):  # type: ignore[misc]  # its base has no types
    """Compress with Brotli: our own files as well as it can, large ones quickly."""

    # Only developer tools read source maps, and they can wait.
    SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        quality = 5 if len(data) > LARGE else 11
        compressed: bytes = brotli.compress(data, quality=quality)
        return compressed


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    def create_compressor(self, **options: Any) -> Compressor:
        return QuickCompressor(**options)
