"""`{{ entry.narrative|markdown }}`: show a delegation's text as safe HTML."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from progress.entries.markdown import to_html
from progress.entries.markdown_dialect import is_japanese

register = template.Library()
register.filter("is_japanese", is_japanese)


@register.filter
def markdown(text: str) -> SafeString:
    """Return the sanitised HTML of a Markdown text."""
    return mark_safe(to_html(text))  # noqa: S308 - sanitised there, and only there
