"""Fixtures of the tests of notices: entries on their way, and who got which notice."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Role, User
from commitments.models import MemberCommitment, Plan
from partners.event_consumer import read_new_events
from partners.models import Notice
from progress.actions.clearance import clear_entry, send_back_entry, submit_entry
from progress.actions.review import publish_entry, return_entry
from progress.models import Assignment, Entry, FocalPoint
from tests.factories import make_entry, make_user, member_commitment_of


@pytest.fixture
def jp_122(plan: Plan) -> MemberCommitment:
    return member_commitment_of(plan, "1.2.2", "JP")


@pytest.fixture
def draft(jp_122, officer_jp, stocktake) -> Entry:
    return make_entry(jp_122, by=officer_jp, stocktake=stocktake)


class Journey:
    """One entry on its way, moved by the product's own actions."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def _go(self, action: Callable[..., Entry], by: User, **more: Any) -> "Journey":
        self.entry = action(
            entry_id=self.entry.pk,
            version=self.entry.version,
            by=by,
            at=timezone.now(),
            **more,
        )
        return self

    def submit(self, by: User) -> "Journey":
        return self._go(submit_entry, by)

    def send_back(self, by: User) -> "Journey":
        return self._go(send_back_entry, by, reason="Name the year.")

    def clear(self, by: User) -> "Journey":
        return self._go(clear_entry, by)

    def send_to_us(self, by: User) -> "Journey":
        return self._go(return_entry, by, reason="Name the year.")

    def publish(self, by: User) -> "Journey":
        return self._go(publish_entry, by)


@pytest.fixture
def journey(draft) -> Journey:
    return Journey(draft)


@pytest.fixture
def told() -> Callable[[], set[tuple[str, str]]]:
    """`told()` reads new events and returns all notices ever made: who got which."""

    def told() -> set[tuple[str, str]]:
        read_new_events(timezone.now())
        rows = list(Notice.objects.values_list("user__name", "kind"))
        assert len(rows) == len(set(rows))
        return set(rows)

    return told


@pytest.fixture
def news(
    told: Callable[[], set[tuple[str, str]]],
) -> Callable[..., set[tuple[str, str]]]:
    """`news(act)` returns who gets which notice for one act, without earlier ones."""

    def news(act: Callable[[], object]) -> set[tuple[str, str]]:
        told()
        Notice.objects.all().delete()
        act()
        return told()

    return news


@pytest.fixture
def responsible_jp(jp_122) -> User:
    user = make_user(Role.OFFICER, member="JP", name="Responsible JP")
    Assignment.objects.create(
        user=user, member_commitment=jp_122, kind=Assignment.Kind.RESPONSIBLE
    )
    return user


@pytest.fixture
def focal_point_jp(members) -> User:
    return make_focal_point("JP")


def make_focal_point(member: str) -> User:
    user = make_user(Role.OFFICER, member=member, name=f"Focal point {member}")
    deputy = make_user(Role.OFFICER, member=member, name=f"Deputy {member}")
    FocalPoint.objects.create(
        member_id=member,
        user=user,
        deputy=deputy,
        changed_at=timezone.now(),
        changed_by=user,
    )
    return user


def make_notice(user: User, entry: Entry | None, **fields: Any) -> Notice:
    """Make a notice of a returned entry for its delegation, unless fields differ."""
    values = {
        "kind": "returned",
        "key": f"event-{Notice.objects.count() + 1}",
        "told_as": "delegation",
        "member_id": user.member_id,
        "entry": entry,
        "created_at": timezone.now(),
    }
    return Notice.objects.create(user=user, **{**values, **fields})
