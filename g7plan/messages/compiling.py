"""Compiles the catalogues: built files, which are never committed.

It needs neither Django nor the gettext tools, so it can run before the settings load.
"""

import os
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parents[2] / "locale"


def catalogues(folder: Path = LOCALE) -> list[Path]:
    """Return the catalogue of each language, in the order of their names."""
    return sorted(folder.glob("*/LC_MESSAGES/django.po"))


def compile_catalogues(folder: Path = LOCALE) -> list[Path]:
    """Compile the catalogues that have changed since, and return those.

    Messages that are fuzzy or not translated are left out: they stay in English.
    """
    stale = [source for source in catalogues(folder) if _is_stale(source)]
    for source in stale:
        # A process that reads at this moment finds the old file or the new one.
        built = source.with_name(f".django.{os.getpid()}.mo")
        polib.pofile(str(source)).save_as_mofile(str(built))
        built.replace(source.with_suffix(".mo"))
    return stale


def _is_stale(source: Path) -> bool:
    built = source.with_suffix(".mo")
    if not built.exists():
        return True
    return built.stat().st_mtime_ns < source.stat().st_mtime_ns
