"""Save what a person sets for themselves, and say how that went."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError

from accounts.forms.people import OwnSettingsForm
from accounts.requests import UserRequest
from accounts.versions import StaleRow


def save_own_settings(
    request: UserRequest, form: OwnSettingsForm, action: Callable[..., Any]
) -> HTTPStatus:
    """Return OK, or 422 or 409 with the form ready to be shown again."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        action(**form.settings, by=request.user, at=request.at)
    except ValidationError as error:
        form.add_error(None, error)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    except StaleRow as stale:
        form.start_from(stale.row.version)
        return HTTPStatus.CONFLICT
    return HTTPStatus.OK
