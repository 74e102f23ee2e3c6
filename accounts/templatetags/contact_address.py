"""`{% contact_address %}`: whom anyone can ask, also on a page without a request."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def contact_address() -> str:
    """Return the mail address that the installation names, or an empty text."""
    return settings.CONTACT_EMAIL
