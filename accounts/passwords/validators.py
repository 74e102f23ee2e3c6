"""Our rules of passwords, beside those of Django. `settings` names them all."""

from pathlib import Path

import structlog
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.passwords.breached import UnusableListError, is_breached
from accounts.passwords.own_words import is_of_own_words

logger = structlog.get_logger()


class OwnWordsValidator:
    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002
        if is_of_own_words(password):
            raise ValidationError(
                _(
                    "This password has little more than words of this system. Add"
                    " words that have nothing to do with it."
                ),
                code="password_of_own_words",
            )

    def get_help_text(self) -> str:
        return _("Your password cannot consist of words of this system and numbers.")


class BreachedPasswordValidator:
    """Refuses passwords that an attacker has a list of. `path` is the same list."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002
        """Raise ValidationError for a breached password, or if the list is away."""
        try:
            found = is_breached(password, self.path)
        except UnusableListError as error:
            logger.error("breached_passwords_unusable", reason=str(error))  # noqa: TRY400 - a file, and no fault of ours
            raise ValidationError(
                _(
                    "Your password was not changed: it could not be compared with the"
                    " list of breached passwords. Tell an administrator."
                ),
                code="list_unusable",
            ) from error
        if found:
            raise ValidationError(
                _(
                    "This password is in a list of passwords that were stolen"
                    " elsewhere. Choose another one, and change it wherever you use it."
                ),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return _("Your password cannot be one that was stolen from another system.")
