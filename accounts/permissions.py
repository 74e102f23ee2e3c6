"""Who may do what to accounts. Seeing is `User.objects.visible_to`, nothing else."""

from accounts.models import User


def can_manage_people(user: User) -> bool:
    """May this person invite, change and deactivate people, and revoke keys?"""
    return user.scopes is None and user.is_administrator


def can_deactivate(user: User, person: User) -> bool:
    """May this person end that one's access? Nobody ends their own."""
    return can_manage_people(user) and user.pk != person.pk


def can_set_password(user: User) -> bool:
    """May this account have a password? A service user signs in by key alone."""
    return user.is_active and not user.is_service


def can_steer_jobs(user: User) -> bool:
    """May this person see every job of the system, and have a failed one tried again?

    Jobs, not what is in them: administrators read no entries and no reports.
    """
    return user.scopes is None and user.is_administrator
