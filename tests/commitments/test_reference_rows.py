"""Tests of the actions that administrators take on reference data."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.actions.reference import load_members, load_presidencies
from accounts.models import Member, Presidency, Role
from accounts.reference import MemberRecord, PresidencyRow
from accounts.versions import StaleRow
from audit.models import Event
from commitments.acronyms import acronyms_in
from commitments.actions.reference_rows import (
    add_next_presidency,
    add_reference_row,
    edit_reference_row,
)
from commitments.models import Acronym, Commitment, Instrument, Summit
from tests.factories import make_user
from tests.progress.conversations.test_conversation_at_once import at_once

OTHERS = (
    "contributor_jp", "officer_jp", "head_jp", "officer_fr", "coordinator",
    "former_coordinator", "second_reviewer", "observer", "assessor",
)  # fmt: skip


@pytest.fixture
def titled(plan) -> Commitment:
    return Commitment.objects.get(plan=plan, code="1.2.2")


@pytest.fixture
def edit(administrator, now):
    def act(row, *, version=1, by=administrator, **values):
        return edit_reference_row(
            row=row, version=version, values=values, by=by, at=now
        )

    return act


@pytest.fixture
def add(administrator, now):
    def act(row, *, by=administrator, **values):
        return add_reference_row(row=row, values=values, by=by, at=now)

    return act


def fields_of(refusal) -> list[str]:
    return list(refusal.value.error_dict)


def test_a_short_title_is_changed_with_an_event(titled, edit, administrator):
    before = titled.short_title
    edit(titled, short_title=" INTERPOL   databases ")
    titled.refresh_from_db()
    assert (titled.short_title, titled.version) == ("INTERPOL databases", 2)
    assert titled.edited_at is not None
    event = Event.objects.get()
    assert (event.verb, event.actor_id) == ("commitment.edit", administrator.pk)
    assert event.data == {"short_title": [before, "INTERPOL databases"]}


def test_saving_the_same_again_does_nothing(titled, edit):
    edit(titled, version=9, short_title=titled.short_title)
    titled.refresh_from_db()
    assert (titled.version, titled.edited_at) == (1, None)
    assert not Event.objects.exists()


def test_who_comes_second_is_refused(titled, edit):
    edit(titled, short_title="First")
    with pytest.raises(StaleRow) as stale:
        edit(titled, short_title="Second")
    assert stale.value.row.short_title == "First"
    assert Event.objects.count() == 1


@pytest.mark.parametrize("who", OTHERS)
def test_only_administrators_change_reference_data(
    request, titled, edit, add, who, now, chair
):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        edit(titled, by=person, short_title="Mine")
    with pytest.raises(PermissionDenied):
        add(Acronym(), by=person, acronym="X", meaning="Y")
    last = Presidency.objects.latest("starts_at")
    with pytest.raises(PermissionDenied):
        add_next_presidency(member=last.member, after=last.pk, by=person, at=now)


def test_no_key_changes_reference_data(titled, edit):
    machine = make_user(Role.ADMINISTRATOR)
    machine.scopes = frozenset({"read:green"})
    with pytest.raises(PermissionDenied):
        edit(titled, by=machine, short_title="Mine")


@pytest.mark.parametrize("name", ["text", "code", "is_joint", "position", "plan"])
def test_adopted_wording_has_no_page(titled, edit, name):
    with pytest.raises(ValueError, match="has no page"):
        edit(titled, **{name: "1"})


@pytest.mark.parametrize(
    "title",
    ["", "   ", "x" * 61, "a\x00b", "\u200b\u200b", "\u202eabc", "\ud800", "a\nb\x07"],
)
def test_a_title_that_does_not_fit_is_refused(titled, edit, title):
    with pytest.raises(ValidationError) as refusal:
        edit(titled, short_title=title)
    assert fields_of(refusal) == ["short_title"]
    titled.refresh_from_db()
    assert titled.version == 1


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "警察庁", "قواعد"])
def test_any_words_may_be_a_title(titled, edit, title):
    assert edit(titled, short_title=title).short_title == title


def test_a_title_is_unique_in_its_plan(titled, plan, edit):
    taken = plan.commitments.get(code="2.1").short_title
    with pytest.raises(ValidationError):
        edit(titled, short_title=taken)


def test_a_member_may_skip_clearance(plan, edit):
    japan = Member.objects.get(pk="JP")
    edit(japan, language="ja", skips_clearance=True)
    japan.refresh_from_db()
    assert (japan.language, japan.skips_clearance) == ("ja", True)
    event = Event.objects.get()
    assert event.data["skips_clearance"] == ["False", "True"]
    with pytest.raises(ValidationError):
        edit(japan, version=2, language="no language")


def test_an_owner_may_not_belong_to_what_it_owns(plan, edit, add):
    interpol = Instrument.objects.get(slug="interpol")
    base = add(Instrument(), name="Base", kind="database", owner=interpol)
    assert base.slug == "base"
    for owner in (base, interpol):
        with pytest.raises(ValidationError) as refusal:
            edit(interpol, owner=owner)
        assert fields_of(refusal) == ["owner"]
    edit(base, owner=None)
    edit(interpol, owner=base)
    assert Event.objects.latest("pk").data == {"owner": ["", "Base"]}


def test_an_instrument_is_there_once(plan, add):
    for name in ("INTERPOL", "interpol"):
        with pytest.raises(ValidationError) as refusal:
            add(Instrument(), name=name, kind="body", owner=None)
        assert fields_of(refusal) == ["name"]


def test_names_with_the_same_slug_get_different_ones(db, add):
    names = ("警察庁", "海上保安庁", "FATF!", "FATF?")
    made = [add(Instrument(), name=name, kind="body", owner=None) for name in names]
    assert [row.slug for row in made] == [
        "instrument", "instrument-2", "fatf", "fatf-2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2027, 6, 2), date(2027, 6, 1)),
        (date(2027, 6, 1), None),
        (None, date(2027, 6, 1)),
    ],
)
def test_a_summit_has_both_days_in_order_or_none(plan, add, first, last):
    host = Member.objects.get(pk="JP")
    values = {"name": "Kobe", "year": 2027, "host": host, "place": ""}
    with pytest.raises(ValidationError) as refusal:
        add(Summit(), **values, starts_on=first, ends_on=last)
    assert fields_of(refusal) == ["ends_on"]
    summit = add(Summit(), **values, starts_on=None, ends_on=None)
    assert summit.slug == "kobe-2027"
    with pytest.raises(ValidationError):
        add(Summit(), **values, starts_on=None, ends_on=None)


def test_a_presidency_that_has_begun_stays(chair, plan, edit):
    italy = Member.objects.get(pk="IT")
    *begun, future = Presidency.objects.order_by("starts_at")
    for row in begun:
        with pytest.raises(ValidationError, match="has begun"):
            edit(row, member=italy)
    edit(future, member=italy)
    future.refresh_from_db()
    assert future.member == italy


def test_the_next_presidency_begins_when_the_last_one_ends(
    chair, plan, administrator, now
):
    last = Presidency.objects.latest("starts_at")
    italy = Member.objects.get(pk="IT")
    act = {"member": italy, "after": last.pk, "by": administrator, "at": now}
    added = add_next_presidency(**act)
    assert added.starts_at == last.ends_at
    assert added.ends_at == added.starts_at.replace(year=added.starts_at.year + 1)
    with pytest.raises(StaleRow):
        add_next_presidency(**act)
    assert Presidency.objects.latest("starts_at") == added


# ---- Loads leave alone what a page has changed


def test_a_load_leaves_an_edited_member_alone(plan, edit, now):
    japan = Member.objects.get(pk="JP")
    edit(japan, language="en", skips_clearance=False)
    france = Member.objects.get(pk="FR")
    rows = [MemberRecord(row.pk, row.name, row.kind, "it") for row in (japan, france)]
    load_members(rows=rows, at=now)
    japan.refresh_from_db()
    france.refresh_from_db()
    assert (japan.language, france.language) == ("en", "it")
    assert france.version == 2


def test_a_load_leaves_an_edited_presidency_and_its_time_alone(chair, plan, edit, now):
    future = Presidency.objects.latest("starts_at")
    edit(future, member=Member.objects.get(pk="IT"))
    shifted = future.ends_at - timedelta(days=400), future.ends_at - timedelta(days=9)
    rows = [
        PresidencyRow("CA", future.starts_at, future.ends_at),
        PresidencyRow("CA", *shifted),
        PresidencyRow("CA", future.ends_at, future.ends_at + timedelta(days=365)),
    ]
    load_presidencies(rows=rows, at=now)
    future.refresh_from_db()
    assert future.member_id == "IT"
    rows_now = Presidency.objects.order_by("starts_at")
    assert [row.member_id for row in rows_now][2:] == ["IT", "CA"]


# ---- Acronyms


def test_the_acronyms_of_a_text_come_with_their_long_forms(add):
    for acronym, meaning in (
        ("CT", "counterterrorism"), ("CVE", "countering violent extremism"),
        ("ISP", "Internet Service Provider"), ("UN", "United Nations"),
    ):  # fmt: skip
        add(Acronym(), acronym=acronym, meaning=meaning)
    text = "The UN's CT/CVE work with ISPs (not: UNESCO, ct, fun)."
    assert acronyms_in(text) == [
        ("CT", "counterterrorism"),
        ("CVE", "countering violent extremism"),
        ("ISP", "Internet Service Provider"),
        ("UN", "United Nations"),
    ]
    assert acronyms_in("") == acronyms_in("Nothing here.") == []
    with pytest.raises(ValidationError) as refusal:
        add(Acronym(), acronym="UN", meaning="Again")
    assert fields_of(refusal) == ["acronym"]


# ---- Two administrators at once


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_at_once_are_one_after_the_other(chair, plan, administrator, now):
    """No Presidency is added twice, and no owners form a circle."""
    last = Presidency.objects.latest("starts_at")
    owners = [
        Instrument.objects.create(slug=slug, name=slug, kind="body")
        for slug in ("first", "second")
    ]

    def add():
        add_next_presidency(member=last.member, after=last.pk, by=administrator, at=now)

    def own(row, owner):
        edit_reference_row(
            row=row, version=1, values={"owner": owner}, by=administrator, at=now
        )

    assert at_once(add, add) == ["StaleRow", "done"]
    assert Presidency.objects.count() == 4
    first, second = owners
    results = at_once(lambda: own(first, second), lambda: own(second, first))
    assert results == ["ValidationError", "done"]
    assert Instrument.objects.exclude(owner=None).count() == 1
