"""Tests of the decision on public reading, and of heads' agreements."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Role, Scope, User
from audit.models import Event
from progress.actions.public_reading.agreements import (
    agree_to_public_reading,
    withdraw_public_agreements,
)
from progress.actions.public_reading.decisions import (
    confirm_public_reading,
    end_public_reading,
    propose_public_reading,
)
from progress.models import Handling, PublicAgreement, PublicReading, State
from progress.public_reading.reader import public_since
from tests.factories import make_acting_head, make_user
from tests.progress.public_reading.opening import make_clear, make_public_reading

DAY = timedelta(days=1)


def at() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def other_administrator(members) -> User:
    return make_user(Role.ADMINISTRATOR)


def verbs() -> list[tuple[str, str]]:
    events = Event.objects.filter(verb__startswith="public_").order_by("pk")
    return list(events.values_list("verb", "member"))


# ---- The decision


def test_two_administrators_turn_it_on_after_the_notice(
    administrator, other_administrator
):
    reading = propose_public_reading(by=administrator, at=at())
    assert reading.state_at(at()) == "proposed"
    confirmed_at = at()
    reading = confirm_public_reading(
        reading_id=reading.pk, by=other_administrator, at=confirmed_at
    )
    assert reading.starts_at == confirmed_at + 14 * DAY
    assert reading.state_at(at()) == "announced"
    assert reading.state_at(reading.starts_at) == "on"
    assert public_since() is None
    assert verbs() == [("public_reading.propose", ""), ("public_reading.confirm", "")]


def test_nobody_confirms_their_own_proposal(administrator):
    reading = propose_public_reading(by=administrator, at=at())
    with pytest.raises(PermissionDenied):
        confirm_public_reading(reading_id=reading.pk, by=administrator, at=at())
    reading.refresh_from_db()
    assert reading.confirmed_at is None


@pytest.mark.parametrize(
    "role", ["officer_jp", "head_jp", "coordinator", "observer", "assessor"]
)
def test_nobody_else_proposes_or_confirms(request, administrator, role):
    person = request.getfixturevalue(role)
    with pytest.raises(PermissionDenied):
        propose_public_reading(by=person, at=at())
    reading = propose_public_reading(by=administrator, at=at())
    with pytest.raises(PermissionDenied):
        confirm_public_reading(reading_id=reading.pk, by=person, at=at())


def test_no_machine_decides(administrator, other_administrator):
    reading = propose_public_reading(by=administrator, at=at())
    other_administrator.scopes = frozenset(Scope)
    for act in (
        lambda: propose_public_reading(by=other_administrator, at=at()),
        lambda: confirm_public_reading(
            reading_id=reading.pk, by=other_administrator, at=at()
        ),
        lambda: end_public_reading(
            reading_id=reading.pk, by=other_administrator, at=at()
        ),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_there_is_one_decision_at_a_time(administrator, other_administrator):
    propose_public_reading(by=administrator, at=at())
    with pytest.raises(ValidationError) as refused:
        propose_public_reading(by=other_administrator, at=at())
    assert refused.value.code == "not_over"


def test_it_is_confirmed_once(administrator, other_administrator):
    reading = propose_public_reading(by=administrator, at=at())
    for _press in range(1):
        confirm_public_reading(reading_id=reading.pk, by=other_administrator, at=at())
    with pytest.raises(ValidationError) as refused:
        confirm_public_reading(reading_id=reading.pk, by=other_administrator, at=at())
    assert refused.value.code == "not_proposed"


@pytest.mark.parametrize("role", ["administrator", "coordinator"])
@pytest.mark.parametrize("started", [None, -DAY, DAY])
def test_it_is_turned_off_at_once_and_on_only_by_the_whole_way(
    request, administrator, role, started
):
    reading = make_public_reading(started=started)
    by = request.getfixturevalue(role)
    end_public_reading(reading_id=reading.pk, by=by, at=at())
    assert public_since() is None
    assert verbs() == [("public_reading.end", "")]
    again = propose_public_reading(by=administrator, at=at())
    assert again.confirmed_at is None
    # What is over stays as it is.
    end_public_reading(reading_id=reading.pk, by=by, at=at())
    assert len(verbs()) == 2


@pytest.mark.parametrize("role", ["head_jp", "former_coordinator", "observer"])
def test_nobody_else_turns_it_off(request, members, role):
    reading = make_public_reading()
    with pytest.raises(PermissionDenied):
        end_public_reading(
            reading_id=reading.pk, by=request.getfixturevalue(role), at=at()
        )
    assert public_since() == reading.starts_at


# ---- Agreements of heads


@pytest.fixture
def announced(members) -> PublicReading:
    return make_public_reading(started=-DAY)


def test_a_head_agrees_and_withdraws(announced, plan, head_jp):
    entries = [make_clear(plan), make_clear(plan, "2.1")]
    ids = [entry.pk for entry in entries]
    assert agree_to_public_reading(entry_ids=ids, by=head_jp, at=at()) == 2
    assert agree_to_public_reading(entry_ids=ids, by=head_jp, at=at()) == 0
    assert withdraw_public_agreements(entry_ids=ids[:1], by=head_jp, at=at()) == 1
    assert withdraw_public_agreements(entry_ids=ids[:1], by=head_jp, at=at()) == 0
    assert PublicAgreement.objects.in_force().get().entry == entries[1]
    assert agree_to_public_reading(entry_ids=ids, by=head_jp, at=at()) == 1
    assert verbs() == [
        ("public_agreement.give", "JP"),
        ("public_agreement.give", "JP"),
        ("public_agreement.withdraw", "JP"),
        ("public_agreement.give", "JP"),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"member": "FR"},
        {"handling": Handling.GREEN},
        {"handling": Handling.AMBER},
        {"state": State.SUBMITTED},
        {"state": State.DRAFT},
    ],
)
def test_there_is_nothing_to_agree_to_in_other_entries(
    announced, plan, head_jp, fields
):
    entry = make_clear(plan, **fields)
    assert agree_to_public_reading(entry_ids=[entry.pk], by=head_jp, at=at()) == 0
    assert not PublicAgreement.objects.exists()


def test_no_head_agrees_while_it_is_off(plan, head_jp):
    with pytest.raises(ValidationError) as refused:
        agree_to_public_reading(entry_ids=[make_clear(plan).pk], by=head_jp, at=at())
    assert refused.value.code == "not_announced"


def test_an_acting_head_withdraws_and_does_not_agree(
    announced, plan, head_jp, officer_jp
):
    ids = [make_clear(plan).pk]
    make_acting_head(officer_jp, head_jp)
    now = at()
    with pytest.raises(PermissionDenied):
        agree_to_public_reading(entry_ids=ids, by=officer_jp, at=now)
    agree_to_public_reading(entry_ids=ids, by=head_jp, at=now)
    assert withdraw_public_agreements(entry_ids=ids, by=officer_jp, at=now) == 1


@pytest.mark.parametrize("role", ["officer_jp", "administrator", "coordinator"])
def test_nobody_else_agrees_or_withdraws(request, announced, plan, role):
    person, entry = request.getfixturevalue(role), make_clear(plan)
    for act in (agree_to_public_reading, withdraw_public_agreements):
        with pytest.raises(PermissionDenied):
            act(entry_ids=[entry.pk], by=person, at=at())


def test_a_head_of_another_member_withdraws_nothing(announced, plan, head_jp, head_fr):
    ids = [make_clear(plan).pk]
    agree_to_public_reading(entry_ids=ids, by=head_jp, at=at())
    assert withdraw_public_agreements(entry_ids=ids, by=head_fr, at=at()) == 0
    assert PublicAgreement.objects.in_force().exists()
