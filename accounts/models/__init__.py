"""Members, presidencies, bodies, people and their grants, acting heads, keys, mails."""

from accounts.models.acting_heads import (
    LONGEST_PERIOD,
    ActingHead,
    heads_of_delegation,
    remember_acting_heads,
)
from accounts.models.api_keys import ApiKey, ApiKeyUse
from accounts.models.assessing_bodies import AssessingBody
from accounts.models.devices import KnownDevice, NewDeviceMail
from accounts.models.edited import EditedRow
from accounts.models.form_tokens import FormToken
from accounts.models.idempotency_keys import IdempotencyKey
from accounts.models.mail_jobs import MailJob, leased_while_sending, unfinished_mails
from accounts.models.members import (
    Member,
    Presidency,
    PresidencyQuerySet,
    chair_at,
    members_in_order,
)
from accounts.models.pending_grants import PendingGrant
from accounts.models.people import DELEGATION_ROLES, AccountState, Role, Scope, User
from accounts.models.sign_in_identities import SignInCode, SignInIdentity

__all__ = [
    "DELEGATION_ROLES",
    "LONGEST_PERIOD",
    "AccountState",
    "ActingHead",
    "ApiKey",
    "ApiKeyUse",
    "AssessingBody",
    "EditedRow",
    "FormToken",
    "IdempotencyKey",
    "KnownDevice",
    "MailJob",
    "Member",
    "NewDeviceMail",
    "PendingGrant",
    "Presidency",
    "PresidencyQuerySet",
    "Role",
    "Scope",
    "SignInCode",
    "SignInIdentity",
    "User",
    "chair_at",
    "heads_of_delegation",
    "leased_while_sending",
    "members_in_order",
    "remember_acting_heads",
    "unfinished_mails",
]
