"""`{% form_token %}`: the hidden field of a form that creates something."""

from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.actions.form_tokens import FIELD

register = template.Library()


@register.simple_tag
def form_token() -> SafeString:
    """Return a new token. It is stored only once the form has made something."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid4())
