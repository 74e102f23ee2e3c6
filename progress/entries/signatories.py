"""Who can clear an entry for its member: a head who changed nothing in it.

An acting head counts as a head for their period.

Heads are warned before they change an entry. Where no head is left, the reader learns
what to do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from accounts.models import User, heads_of_delegation
from accounts.people import by_name
from accounts.permissions import can_be_acting_head, can_name_acting_head
from accounts.wording.listed import listed, sentence
from progress.models import Entry
from progress.permissions import can, is_author
from progress.transitions import Verb


@dataclass(frozen=True)
class SigningNotice:
    """What a person in the delegation reads about who can clear an entry."""

    title: str
    text: str
    # Whether the reader, or every head, cannot clear it or is about to lose that.
    is_warning: bool
    # Whether an acting head could clear it, whom the reader can name.
    can_name: bool = False


def heads_of(member: str, at: datetime) -> list[User]:
    """Return the heads and acting heads of a delegation, ordered by name."""
    return by_name(heads_of_delegation(member, at))


def possible_acting_heads(member: str) -> list[User]:
    """Return the officers whom a head of this delegation can name, by name."""
    people = User.objects.people().who_came().filter(member=member, is_active=True)
    return by_name(person for person in people if can_be_acting_head(person, member))


def signatories_among(heads: Iterable[User], entry: Entry, at: datetime) -> list[User]:
    """Return those of its delegation's heads who can clear an entry in clearance."""
    prefetch_related_objects([entry], "authors")
    return [head for head in heads if can(Verb.CLEAR, head, entry, at=at)]


def signing_notice(entry: Entry, reader: User, at: datetime) -> SigningNotice | None:
    """Return what this reader should know before they change or clear the entry.

    None outside the delegation, and where the member skips clearance. An entry that is
    not begun yet is an unsaved one.
    """
    is_ours = reader.delegation == entry.member_code
    if not is_ours or entry.member_commitment.member.skips_clearance:
        return None
    member = entry.member_code
    heads = reader.ask_once(f"heads of {member}", lambda: heads_of(member, at))
    able = signatories_among(heads, entry, at)
    others = [head for head in able if head.pk != reader.pk]
    can_name = not others and can_name_acting_head(reader)
    if reader in able:
        return SigningNotice(
            title=_("If you change or confirm this entry, you cannot clear it"),
            text=_who_else(others),
            is_warning=True,
            can_name=can_name,
        )
    title = own_words_title() if reader in heads else ""
    text = _who_can(others, heads)
    is_warning = bool(title) or not others
    return SigningNotice(title, text, is_warning, can_name)


def own_words_title() -> str:
    return _("You changed this entry, so you cannot clear it")


def own_words_refusal(entry: Entry, by: User, at: datetime) -> str:
    """Return why this head cannot clear the entry; empty if that is not the reason."""
    notice = signing_notice(entry, by, at)
    if notice is None or not by.is_head_at(at) or not is_author(by, entry):
        return ""
    return listed([sentence(notice.title), notice.text], " ")


def _who_can(able: Sequence[User], heads: Sequence[User]) -> str:
    if able:
        return _("%(names)s can clear it.") % {"names": _names(able)}
    if not heads:
        return _(
            "Your delegation has no head who can clear it. Ask an administrator to"
            " invite one."
        )
    return _(
        "No head of your delegation can clear it, because each of them changed it. A"
        " head can name an acting head who did not change it. Or discard this entry"
        " (recall it first if it was sent), and let an officer write it again."
    )


def _who_else(others: Sequence[User]) -> str:
    if others:
        return _("%(names)s can clear it.") % {"names": _names(others)}
    return _(
        "No other head of your delegation can clear it. Leave the change to an officer,"
        " or let a head name an acting head."
    )


def _names(people: Sequence[User]) -> str:
    return listed(str(person) for person in people)
