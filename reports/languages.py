"""The languages in which a report is complete, and which messages a report prints."""

from typing import Final

from django.utils.translation import get_language, pgettext

# Each by its own name. Apart from English, each has every message of PRINTED in its
# catalogue; a test checks this.
LANGUAGES: Final = {"en": "English"}
# The files whose messages a report prints. The catalogues mark these messages.
PRINTED: Final = {
    "accounts/day_sentences.py",
    "commitments/models.py",
    "fixtures/ise-shima-2016-ct.toml",
    "fixtures/members.toml",
    "fixtures/summits.toml",
    "progress/models/choices.py",
    "progress/positions/labels.py",
    "reports/labels.py",
    "reports/languages.py",
    "reports/models.py",
    "reports/snapshot.py",
    "reports/summary.py",
}


class NoCatalogueError(Exception):
    """The catalogue of the report's language is not compiled."""


def require_catalogue() -> None:
    """Refuse to say in English what is to be said in the active language."""
    if pgettext("the tag of the language of this catalogue", "en") != get_language():
        raise NoCatalogueError("Run manage.py compilemessages first.")
