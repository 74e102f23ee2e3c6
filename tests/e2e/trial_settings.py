"""The settings of the browser tests' trial: the product's, and an invented language.

It is made by `tests.g7plan.messages.pseudo_locale`: each text has accents and is 40 %
longer. A browser gets it by asking for `art`.
"""

from django.conf.locale import LANG_INFO

from g7plan import settings
from g7plan.settings import *  # noqa: F403
from tests.g7plan.messages.pseudo_locale import TAG

LANG_INFO[TAG] = {"bidi": False, "code": TAG, "name": "Pseudo", "name_local": "Pseudo"}
LANGUAGES = [*settings.LANGUAGES, (TAG, "Pseudo")]
LOCALE_PATHS = [*settings.LOCALE_PATHS, settings.VAR_DIR / "pseudo-locale"]
