"""Make an API key from a page. Here its instrument can be looked up."""

from datetime import datetime
from typing import Unpack

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.actions.api_keys import WantedKey, create_api_key
from accounts.models import ApiKey, User
from commitments.models import Instrument


def create_key_with_limits(
    *, by: User, at: datetime, **wanted: Unpack[WantedKey]
) -> tuple[ApiKey, str]:
    """Create a key as `create_api_key` does, and refuse an instrument that is unknown.

    A key with a wrong slug would see nothing, and its list would not say why.
    """
    owner = wanted.get("instrument_owner", "")
    known = Instrument.objects.values_list("slug", flat=True)
    if owner and owner not in known:  # in Python: PostgreSQL refuses some texts
        sentence = _("There is no instrument “%(slug)s”.") % {"slug": owner[:50]}
        error = ValidationError(sentence, code="unknown_instrument")
        raise ValidationError({"instrument_owner": error})
    return create_api_key(by=by, at=at, **wanted)
