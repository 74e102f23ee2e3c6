"""Languages of texts: BCP 47 tags, with each language's name for itself."""

import re

# Long enough for a language, a script, a region and three variants.
TAG_LENGTH = 35
# Language, script, region and variants, in the letter case that BCP 47 recommends.
TAG_PATTERN = (
    r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"
    r"(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*$"
)
_TAG = re.compile(TAG_PATTERN)
# The languages of the members first, then those of the European Union and of partners.
NAMES = {
    "en": "English",
    "fr": "Français",
    "de": "Deutsch",
    "it": "Italiano",
    "ja": "日本語",
    "ar": "العربية",
    "bg": "Български",
    "cs": "Čeština",
    "da": "Dansk",
    "el": "Ελληνικά",
    "es": "Español",
    "et": "Eesti",
    "fa": "فارسی",
    "fi": "Suomi",
    "ga": "Gaeilge",
    "he": "עברית",
    "hr": "Hrvatski",
    "hu": "Magyar",
    "ko": "한국어",
    "lt": "Lietuvių",
    "lv": "Latviešu",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sk": "Slovenčina",
    "sl": "Slovenščina",
    "sv": "Svenska",
    "tr": "Türkçe",
    "uk": "Українська",
}


def is_language_tag(tag: str) -> bool:
    """Return whether this is a well-formed BCP 47 tag, such as `fr` or `pt-BR`."""
    return len(tag) <= TAG_LENGTH and _TAG.fullmatch(tag) is not None


def language_choices(stored: str = "") -> list[tuple[str, str]]:
    """Return the tags to choose from with their names, and the stored one as well."""
    tags = [*NAMES, stored] if is_language_tag(stored) else [*NAMES]
    return [(tag, language_name(tag)) for tag in dict.fromkeys(tags)]


def language_name(tag: str) -> str:
    """Return a language's name for itself, or the tag where it is not known."""
    return NAMES.get(tag, tag)


def language_of(tag: str) -> str:
    """Return the language of a tag without script and region: `pt` of `pt-BR`."""
    return tag.partition("-")[0].lower()


def is_same_language(tag: str, other: str) -> bool:
    """Return whether a text in `tag` needs no mark on a page in `other`."""
    return tag.lower() in {other.lower(), language_of(other)}
