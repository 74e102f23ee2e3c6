"""Which static files of our own there are."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage

from g7plan.static_files.bundles import bundle_scripts, bundle_styles

BUNDLES: Final[dict[str, Callable[[Path], str]]] = {
    "css/site.css": bundle_styles,
    "js/site.js": bundle_scripts,
}
SOURCES: Final = ("css/", "js/")


class OwnFilesFinder(FileSystemFinder):
    """The files in `static/`, with one style sheet and one script in place of sources.

    Both are made when they are asked for, so a changed source is seen at the next load
    of a page where `DEBUG` is on.
    """

    def find(self, path: str, find_all: Any = False) -> Any:
        if path in BUNDLES:
            return [str(built(path))] if find_all else str(built(path))
        if path.startswith(SOURCES):
            return []
        return super().find(path, find_all=find_all)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        for path, storage in super().list(ignore_patterns):
            if not path.startswith(SOURCES):
                yield path, storage
        storage = FileSystemStorage(location=_folder())
        for path in BUNDLES:
            built(path)
            yield path, storage


def built(name: str) -> Path:
    """Return the file of this bundle, written again if its sources have changed."""
    text = BUNDLES[name](settings.BASE_DIR / "static" / name)
    path = _folder() / name
    if path.exists() and path.read_text("utf-8") == text:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    # A process that reads at this moment finds the old file or the new one.
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.write_text(text, "utf-8")
    new.replace(path)
    return path


def _folder() -> Path:
    return Path(settings.VAR_DIR, "static-built")
