"""Which tables say something about a person, and what of it the person may have.

A column `x_by` beside a column `x_at` is an act: the person did it at that instant. All
other columns that name a person are in one of the two tables here. A test finds those
that are not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Field, Model, QuerySet

from accounts.models import PendingGrant, User

# Column: what a person gets of their rows, beside the acts. No row holds a word of an
# entry, or anything that another person wrote.
OWN_ROWS: Mapping[str, tuple[str, ...]] = {
    "account.EmailAddress.user": ("email",),
    "accounts.ActingHead.user": ("starts_at", "ends_at"),
    "accounts.FormToken.user": ("sent_at",),
    "accounts.IdempotencyKey.user": ("answered_at",),
    "accounts.KnownDevice.user": ("first_seen_at", "last_seen_at"),
    "accounts.NewDeviceMail.user": ("about", "signed_in_at", "finished_at", "state"),
    "mfa.Authenticator.user": ("type", "created_at", "last_used_at"),
    "accounts.SignInIdentity.user": ("issuer", "subject", "linked_at", "ended_at"),
    "partners.Digest.user": ("period", "created_at", "finished_at"),
    "partners.NoticePreference.user": ("mail", "muted"),
    "partners.PrivateFeed.user": ("kind", "created_at", "last_used_on", "revoked_at"),
    "progress.Assignment.user": ("kind",),
    "progress.EntryAuthor.user": ("first_changed_at",),
    "progress.FocalPoint.deputy": ("deputy_phone",),
    "progress.FocalPoint.user": ("phone",),
    "progress.ReadingMark.user": ("marked_at", "seen_until"),
    "progress.ScoreSheetUpload.owner": ("file_name", "uploaded_at", "applied_at"),
    "progress.SheetUpload.owner": ("file_name", "uploaded_at", "applied_at"),
    "progress.Stocktake.second_reviewer": ("opened_at",),
    "progress.Transition.by": ("at", "verb"),
    "usersessions.UserSession.user": (
        "created_at",
        "last_seen_at",
        "ip",
        "user_agent",
    ),
}
# Columns that are no part of a person's file.
LEFT_OUT: Mapping[str, str] = {
    "accounts.ApiKey.user": "the service user of a key, no person",
    "accounts.PendingGrant.person": "what administrators decide about an account",
    "accounts.SignInCode.user": "a code that works once, and was mailed to the person",
    "partners.Notice.person": "the notice is another person's",
    "partners.Notice.user": "the page of notices, as far as they may still know of it",
    "partners.WebhookEndpoint.user": "the service user of a key, no person",
    "progress.ExternalRef.sender": "the service user of a key, no person",
}
# Rows that a person is not given: they would tell a head that an address is in use in
# another delegation. An invitation of a free address leaves no such row.
HIDDEN: Mapping[str, Mapping[str, str]] = {
    "accounts.PendingGrant.decided_by": {"kind": PendingGrant.Kind.CLASH},
    "accounts.PendingGrant.requested_by": {"kind": PendingGrant.Kind.CLASH},
}
# What erasing a person deletes. All other rows stay, under a person without a name.
DELETED = (
    "account.EmailAddress.user",
    "accounts.FormToken.user",
    "accounts.KnownDevice.user",
    "accounts.NewDeviceMail.user",
    "mfa.Authenticator.user",
    "accounts.SignInCode.user",
    "accounts.SignInIdentity.user",
    "partners.NoticePreference.user",
    "partners.PrivateFeed.user",
    "progress.ReadingMark.user",
    "progress.ScoreSheetUpload.owner",
    "progress.SheetUpload.owner",
    "usersessions.UserSession.user",
)


@dataclass(frozen=True)
class Relation:
    """A column that names a person."""

    model: type[Model]
    column: str

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.column}"

    @property
    def act(self) -> str | None:
        """Return the column with the instant of the act, if this names who did it."""
        name = f"{self.column.removesuffix('_by')}_at"
        is_pair = self.column.endswith("_by") and name in columns_of(self.model)
        return name if is_pair else None

    @property
    def exported(self) -> tuple[str, ...] | None:
        """Return the columns that the person gets, or None if the row is left out."""
        return (self.act,) if self.act else OWN_ROWS.get(self.label)

    def rows_of(self, person: User) -> QuerySet[Any]:
        """Return all rows that name this person here, also those that pages hide."""
        everything = self.model._base_manager  # noqa: SLF001 - a filter may hide rows
        return everything.filter(**{self.column: person})

    def given_rows_of(self, person: User) -> QuerySet[Any]:
        """Return the rows that the person may know of."""
        rows, hidden = self.rows_of(person), HIDDEN.get(self.label)
        return rows.exclude(**hidden) if hidden else rows


def columns_of(model: type[Model]) -> frozenset[str]:
    return frozenset(
        field.name for field in model._meta.get_fields() if isinstance(field, Field)
    )


def relations() -> Iterator[Relation]:
    """Yield every column of every table that names a person, by its label."""
    found = [
        Relation(one.related_model, one.field.name)
        for one in User._meta.related_objects
        if not one.many_to_many
    ]
    yield from sorted(found, key=lambda relation: relation.label)
