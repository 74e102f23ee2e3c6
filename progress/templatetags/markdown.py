"""`{{ entry.narrative|markdown }}`: show a delegation's text as safe HTML."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from accounts.languages import is_same_language, language_name
from progress.entries.markdown import to_html
from progress.entries.markdown_dialect import is_japanese

register = template.Library()
register.filter("language_name", language_name)


@register.simple_tag
def language_mark(words: str, language: str) -> SafeString | str:
    """Return the attribute `lang` of a text, if it is not in the page's language.

    For a text without a language, Japanese is known by its letters.
    """
    tag = language or ("ja" if is_japanese(words) else "")
    if not tag or is_same_language(tag, get_language() or ""):
        return ""
    return format_html(' lang="{}"', tag)


@register.filter
def markdown(text: str) -> SafeString:
    """Return the sanitised HTML of a Markdown text."""
    html = to_html(text, table_label=gettext("Table"))
    return mark_safe(html)  # noqa: S308 - sanitised there, and only there
