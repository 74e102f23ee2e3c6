"""Make what a form creates once, however often and however late it is sent.

A form that creates carries a random token. The first transaction of the request also
writes the token, which is unique with the person. So two presses at once make one
thing, and a press that is refused leaves the token unused. A second press is answered
with what the first one made.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict

from accounts.models import FormToken, User

FIELD = "form_token"
# How long a token is kept. A session ends sooner, and with it every page it opened.
KEPT = timedelta(days=30)
# The fields with which a person confirms who they are, in a form of any kind.
PROOF_PREFIX = "confirm"
PROOF_FIELDS = frozenset(
    f"{PROOF_PREFIX}-{proof}" for proof in ("password", "code", "credential")
)
# Not what a person typed. The button is: it says what is asked.
_NOT_CONTENT = frozenset({"csrfmiddlewaretoken", FIELD}) | PROOF_FIELDS
# For a second press that comes while the first one is being answered.
_WAITS: Sequence[float] = (0.05, 0.1, 0.2, 0.4, 0.8)


class AlreadySentError(Exception):
    """The form was sent at the same time by another press, which was first."""


@dataclass(frozen=True)
class Press:
    """One press of a form: who sent it, its token, and a keyed hash of its content."""

    user: User
    token: UUID
    content_hash: str
    at: datetime

    @classmethod
    def of(
        cls, form: MultiValueDict[str, str], *, path: str, user: User, at: datetime
    ) -> Self | None:
        """Return the press of a form with a token; None for any other form."""
        try:
            token = UUID(form.get(FIELD, ""))
        except ValueError:
            return None
        content = sorted(
            (name, values) for name, values in form.lists() if name not in _NOT_CONTENT
        )
        sent = repr((path, content))
        keyed = salted_hmac("accounts.form_tokens", sent, algorithm="sha256")
        return cls(user, token, keyed.hexdigest(), at)

    def first(self) -> FormToken | None:
        """Return the first press of this form by this person, if it made something."""
        return FormToken.objects.filter(user=self.user, token=self.token).first()

    def answered_first(self) -> FormToken | None:
        """Return `first`, after a moment for it to be answered."""
        first = self.first()
        for pause in _WAITS:
            if first is None or first.made_url:
                break
            time.sleep(pause)
            first = self.first()
        return first

    def claim(self) -> FormToken:
        """Write the token. It waits for a press at the same time, and follows it.

        Raises AlreadySentError. Call it in the transaction that makes the thing.
        """
        try:
            with transaction.atomic():
                return FormToken.objects.create(
                    user=self.user,
                    token=self.token,
                    content_hash=self.content_hash,
                    sent_at=self.at,
                )
        except IntegrityError as error:
            raise AlreadySentError from error


def finish_claim(claim: FormToken, made_url: str | None) -> None:
    """Keep the address of what was made, or leave the token unused if nothing was."""
    row = FormToken.objects.filter(pk=claim.pk)
    if made_url:
        row.update(made_url=made_url)
    else:
        row.delete()
