"""Tests of focal points: named by a delegation, seen by it and by the Presidency."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Presidency, Role, Scope
from accounts.versions import StaleRow
from audit.models import Event
from progress.actions.focal_points import Contact, set_focal_point
from progress.models import FocalPoint
from tests.conversations import make_focal_point
from tests.factories import CHAIR, make_user
from tests.progress.editing import page
from tests.progress.reading import words_of

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL, EDIT = "/focal-points/", "/focal-points/JP/edit/"
NUMBER = "+81 3 0000 0001"


@pytest.fixture
def named(head_jp):
    return make_focal_point("JP", user=head_jp, phone=NUMBER)


def put(by, contact, version=0, member="JP"):
    return set_focal_point(
        member=member, version=version, contact=contact, by=by, at=NOW
    )


def refused_fields(by, contact):
    with pytest.raises(ValidationError) as refusal:
        put(by, contact)
    assert not FocalPoint.objects.exists()
    return set(refusal.value.error_dict)


# ---- Who names whom ------------------------------------------------------------------


@pytest.mark.parametrize("who", ["officer_jp", "head_jp"])
def test_officers_and_heads_name_their_own(request, head_jp, officer_jp, who):
    contact = Contact(head_jp, NUMBER, officer_jp, "(03) 0000-0002 ext. 9")
    put(request.getfixturevalue(who), contact)
    found = FocalPoint.objects.get(member="JP")
    assert (found.user, found.deputy, found.version) == (head_jp, officer_jp, 1)
    event = Event.objects.get()
    assert (event.verb, event.member) == ("focal_point.set", "JP")
    assert "0000" not in str(event.data)


@pytest.mark.parametrize(
    "who",
    [
        "contributor_jp", "officer_fr", "coordinator", "former_coordinator",
        "second_reviewer", "observer", "administrator",
    ],
)  # fmt: skip
def test_nobody_else_names_one(request, head_jp, who):
    with pytest.raises(PermissionDenied):
        put(request.getfixturevalue(who), Contact(head_jp))
    assert not FocalPoint.objects.exists()


def test_no_key_names_one(head_jp):
    machine = make_user(Role.OFFICER, member="JP", is_service=True)
    machine.scopes = frozenset(Scope.values)
    with pytest.raises(PermissionDenied):
        put(machine, Contact(head_jp))


def test_only_active_people_of_the_delegation_can_be_named(officer_jp, officer_fr):
    gone = make_user(Role.HEAD, member="JP", is_active=False)
    machine = make_user(Role.OFFICER, member="JP", is_service=True)
    without_role = make_user(member="JP")
    for person in (officer_fr, gone, machine, without_role):
        assert refused_fields(officer_jp, Contact(person)) == {"user"}
        assert refused_fields(officer_jp, Contact(officer_jp, deputy=person)) == {
            "deputy"
        }
    assert refused_fields(officer_jp, Contact(officer_jp, deputy=officer_jp)) == {
        "deputy"
    }


@pytest.mark.parametrize(
    "phone",
    [
        "+81 3 1234 5678", "(03) 1234-5678", "03.1234.5678 ext. 12", "110",
        "+49 30/23125-001", "+81 3 1234 5678, ext 9", "\uff10\uff13-1234", "",
    ],
)  # fmt: skip
def test_numbers_are_taken_as_people_write_them(officer_jp, phone):
    assert put(officer_jp, Contact(officer_jp, phone)).version == 1


@pytest.mark.parametrize(
    "phone",
    ["call me", "12", "+", "1" * 41, "<script>", "03-1234\x00", "0; drop", "+81\n3 12"],
)
def test_what_is_no_number_is_refused(officer_jp, head_jp, phone):
    assert refused_fields(officer_jp, Contact(officer_jp, phone)) == {"phone"}
    contact = Contact(officer_jp, deputy=head_jp, deputy_phone=phone)
    assert refused_fields(officer_jp, contact) == {"deputy_phone"}


def test_number_of_no_deputy_is_refused(officer_jp):
    contact = Contact(officer_jp, deputy_phone="110")
    assert refused_fields(officer_jp, contact) == {"deputy_phone"}


def test_who_comes_second_is_shown_both(named, officer_jp):
    with pytest.raises(StaleRow) as stale:
        put(officer_jp, Contact(officer_jp))
    assert stale.value.row == named
    put(officer_jp, Contact(officer_jp), version=1)
    assert FocalPoint.objects.get().user == officer_jp


def test_saving_the_same_again_writes_nothing(named, officer_jp, head_jp):
    put(officer_jp, Contact(head_jp, NUMBER), version=0)
    assert not Event.objects.exists()


# ---- Who sees it ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("contributor_jp", True), ("officer_jp", True), ("coordinator", True),
        ("officer_fr", False), ("officer_of_the_chair", False),
        ("former_coordinator", False), ("second_reviewer", False),
        ("observer", False), ("assessor", False), ("administrator", False),
    ],
)  # fmt: skip
def test_delegation_and_the_presidency_see_it(request, signed_in, named, who, sees):
    shown = page(signed_in(request.getfixturevalue(who)).get(URL))
    assert (NUMBER in shown) is sees
    assert (named.user.email in shown) is sees


def test_at_the_handover_it_passes_to_the_next_presidency(named, coordinator):
    handover = Presidency.objects.get(member=CHAIR).ends_at
    incoming = make_user(Role.COORDINATOR, member="US")
    before = handover - timedelta(microseconds=1)
    for at, reader, count in (
        (before, coordinator, 1),
        (handover, coordinator, 0),
        (before, incoming, 0),
        (handover, incoming, 1),
    ):
        assert FocalPoint.objects.visible_to(reader, at).count() == count


def test_coordinator_sees_all_eight_and_who_is_missing(
    signed_in, coordinator, named, django_assert_max_num_queries
):
    browser = signed_in(coordinator)
    with django_assert_max_num_queries(12):
        shown = words_of(browser.get(URL))
    for member in ("Canada", "European Union", "Japan", "United States"):
        assert member in shown
    assert "Head JP" in shown
    assert shown.count("Not named yet") == 7


def test_person_who_left_is_flagged_and_not_phoned(signed_in, coordinator, named):
    named.user.is_active = False
    named.user.save()
    shown = words_of(signed_in(coordinator).get(URL))
    assert "Deactivated" in shown
    assert NUMBER not in shown


def test_person_who_moved_is_flagged(signed_in, coordinator, named):
    named.user.member_id = "FR"
    named.user.save()
    shown = words_of(signed_in(coordinator).get(URL))
    assert "No longer in this delegation" in shown
    assert named.user.email not in shown


# ---- In the browser ------------------------------------------------------------------


def typed(user, **fields):
    return {"version": 0, "user": user.pk, "phone": NUMBER, **fields}


def test_officer_names_one_in_the_browser(signed_in, officer_jp, head_jp):
    browser = signed_in(officer_jp)
    assert "Name a focal point, so that the Presidency knows" in words_of(
        browser.get(URL)
    )
    sent = typed(head_jp, deputy=officer_jp.pk, deputy_phone="110")
    shown = words_of(browser.post(EDIT, sent, follow=True))
    assert "Saved. The Presidency sees it at once." in shown
    assert NUMBER in shown
    assert "Officer JP" in shown


def test_stale_form_shows_both_values_and_can_be_sent_again(
    signed_in, officer_jp, head_jp, named
):
    browser = signed_in(officer_jp)
    answer = browser.post(EDIT, typed(officer_jp, phone="110"))
    assert answer.status_code == 409
    shown = words_of(answer)
    assert "Another person changed this" in shown
    for words in ("Head JP", "Officer JP", NUMBER, "110"):
        assert words in shown
    assert 'name="version" value="1"' in page(answer)
    assert FocalPoint.objects.get() == named
    browser.post(EDIT, typed(officer_jp, phone="110", version=1))
    assert FocalPoint.objects.get().phone == "110"


@pytest.mark.parametrize("field", ["user", "deputy"])
def test_nobody_else_can_be_chosen(signed_in, officer_jp, officer_fr, field):
    browser = signed_in(officer_jp)
    assert "Officer FR" not in page(browser.get(EDIT))
    for value in (officer_fr.pk, "x", "\x00"):
        answer = browser.post(EDIT, {**typed(officer_jp), field: value})
        assert answer.status_code == 422
    assert not FocalPoint.objects.exists()


def test_session_that_ended_keeps_what_was_typed(signed_in, officer_jp):
    answer = signed_in(None).post(EDIT, typed(officer_jp))
    assert answer.status_code == 403
    assert NUMBER in page(answer)


def test_no_member_of_that_code(signed_in, officer_jp, coordinator):
    for person in (officer_jp, coordinator):
        assert signed_in(person).get("/focal-points/XX/edit/").status_code == 404
