"""Who may do what with accounts. Who sees them: `User.objects.visible_to`."""

from accounts.models import User


def can_manage_people(user: User) -> bool:
    """May the user invite, change and deactivate people, and revoke keys?"""
    return user.scopes is None and user.is_administrator


def can_edit_reference_data(user: User) -> bool:
    """May the user change members, Presidencies, summits, instruments and titles?"""
    return user.scopes is None and user.is_administrator


def can_deactivate(user: User, person: User) -> bool:
    """May the user end the person's access? They may not end their own."""
    return can_manage_people(user) and user.pk != person.pk


def can_set_password(user: User) -> bool:
    """May the account have a password? A service user signs in by key only."""
    return user.is_active and not user.is_service


def can_steer_jobs(user: User) -> bool:
    """May the user see every job of the system, and retry a failed one?

    They see jobs and not their contents: administrators read no entries or reports.
    """
    return user.scopes is None and user.is_administrator
