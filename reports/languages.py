"""The languages in which a report is complete, and which messages a report prints."""

from typing import Final

from django.utils.translation import get_language, pgettext

# Each by its own name. Apart from English, each has every message of PRINTED in its
# catalogue; a test checks this.
LANGUAGES: Final = {
    "en": "English",
    "fr": "Français",
    "de": "Deutsch",
    "it": "Italiano",
    "ja": "日本語",
}
# The modules and files whose messages a report prints. The catalogues mark these.
PRINTED: Final = (
    "accounts/day_sentences",
    "commitments/models",
    "fixtures/ise-shima-2016-ct",
    "fixtures/members",
    "fixtures/summits",
    "progress/models/choices",
    "progress/positions/labels",
    "reports/format_labels",
    "reports/labels",
    "reports/languages",
    "reports/models",
    "reports/snapshot",
)


class NoCatalogueError(Exception):
    """The catalogue of the report's language is not compiled."""


def is_printed(source: str) -> bool:
    """Return whether a report prints the messages of this file."""
    return source.startswith(tuple(f"{name}{end}" for name in PRINTED for end in "./"))


def require_catalogue() -> None:
    """Refuse to say in English what is to be said in the active language."""
    if pgettext("the tag of the language of this catalogue", "en") != get_language():
        raise NoCatalogueError("Run manage.py compilemessages first.")
