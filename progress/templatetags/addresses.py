"""Addresses: of our own pages, and the host of a link, whose site a reader sees."""

from functools import lru_cache
from urllib.parse import urlsplit

from django import template
from django.urls import get_script_prefix, reverse

register = template.Library()


@register.filter
def host(url: str) -> str:
    """Return the host of a link without `www.`; an empty text if it has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


@register.simple_tag
def address(name: str, *where: object) -> str:
    """`{% address "name" … %}`: return what `{% url %}` does, for rows of a list."""
    return _address(name, where, get_script_prefix())


@lru_cache(maxsize=4096)
def _address(name: str, where: tuple[object, ...], _prefix: str) -> str:
    return reverse(name, args=where)
