"""The languages in which reports can be compiled here: those that the fonts cover."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language, gettext

from accounts.languages import language_of
from reports.languages import LANGUAGES
from reports.problems import NO_FONT
from reports.renderers.fonts import PACKAGED, has_fonts_for


def font_dirs() -> list[Path]:
    """Return the folders whose fonts a PDF may use."""
    return [*PACKAGED, *map(Path, settings.REPORT_FONT_DIRS)]


def why_not_in(language: str) -> str:
    """Return why no report can be compiled in this language here, or an empty text."""
    if has_fonts_for(language, tuple(font_dirs())):
        return ""
    return gettext(NO_FONT) % {"language": LANGUAGES[language]}


def offered_languages() -> dict[str, str]:
    """Return the languages to choose from, each by its own name."""
    return {tag: name for tag, name in LANGUAGES.items() if not why_not_in(tag)}


def refused_languages() -> list[str]:
    """Return for each of the other languages why it is not offered."""
    return list(filter(None, map(why_not_in, LANGUAGES)))


def usual_language() -> str:
    """Return the language that a reader of this page most likely wants."""
    language, offered = language_of(get_language() or ""), offered_languages()
    return language if language in offered else next(iter(offered))
