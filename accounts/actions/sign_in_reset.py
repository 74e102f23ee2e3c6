"""Take from a person every way to sign in, until a mailed link sets a new password."""

from datetime import datetime

from accounts.actions.second_factors import remove_all_factors
from accounts.actions.sessions import end_all_sessions
from accounts.actions.sign_in_identities import end_identity_of
from accounts.models import User
from audit.record import record


def reset_sign_in(person: User, *, by: User, at: datetime) -> User:
    """End the sessions of a locked person, and all they sign in with.

    Their password, second factors and single sign-on.


    Two administrators have agreed to it. It opens no entry to anyone. The caller sends
    the link to the person's own address.
    """
    end_identity_of(person, by=by, at=at)
    end_all_sessions(person=person, by=by, at=at)
    remove_all_factors(person=person)
    person.set_unusable_password()
    person.version += 1
    person.save(update_fields=["password", "version"])
    record(
        verb="user.reset_sign_in",
        target=person,
        by=by,
        at=at,
        member=person.member_id or "",
    )
    return person
