"""Tests of notices about acting heads: who gets them, and what they say."""

import pytest
from django.utils import timezone

from accounts.actions.acting_heads import end_acting_head
from accounts.models import Role
from partners.models import Notice
from partners.outstanding import Missing, people_asked
from partners.sentences import address_of, sentence_of
from tests.factories import make_acting_head, make_user


@pytest.fixture(autouse=True)
def bystanders(
    officer_jp, head_jp, officer_fr, head_fr, coordinator, contributor_jp, administrator
):
    """A person missing from a result was not notified."""


@pytest.fixture
def other_head(members):
    return make_user(Role.HEAD, member="JP", name="Other head JP")


def end(acting, by):
    end_acting_head(acting_head_id=acting.pk, by=by, at=timezone.now())


def test_the_person_and_the_other_heads_hear_of_the_naming(
    news, officer_jp, head_jp, other_head
):
    assert news(lambda: make_acting_head(officer_jp, head_jp)) == {
        ("Officer JP", "acting"),
        ("Other head JP", "acting"),
    }


@pytest.mark.parametrize(
    ("who", "others"),
    [
        ("head_jp", {"Officer JP", "Other head JP"}),
        ("officer_jp", {"Head JP", "Other head JP"}),
    ],
)
def test_the_others_hear_of_the_end(
    request, news, officer_jp, head_jp, other_head, who, others
):
    acting = make_acting_head(officer_jp, head_jp)
    by = request.getfixturevalue(who)
    assert news(lambda: end(acting, by)) == {(name, "relieved") for name in others}


def test_each_reads_their_own_sentence(told, officer_jp, head_jp, other_head):
    acting = make_acting_head(officer_jp, head_jp)
    end(acting, head_jp)
    told()
    found = {
        (notice.user, notice.kind): sentence_of(notice)
        for notice in Notice.objects.with_targets().order_by("pk")
    }
    named = found[officer_jp, "acting"]
    assert named.startswith("You were named acting head from ")
    assert named.endswith(" UTC")
    assert found[other_head, "acting"].startswith("Officer JP was named acting head")
    assert found[officer_jp, "relieved"] == "Your period as acting head was ended"
    ended = "The period of Officer JP as acting head was ended"
    assert found[other_head, "relieved"] == ended
    assert {address_of(notice) for notice in Notice.objects.all()} == {"/acting-heads/"}


def test_who_has_left_the_delegation_reads_the_notice_no_more(
    told, officer_jp, head_jp
):
    make_acting_head(officer_jp, head_jp)
    told()
    notices = Notice.objects.filter(kind="acting")
    assert notices.visible_to(officer_jp, timezone.now()).count() == 1
    officer_jp.member_id = "FR"
    assert notices.visible_to(officer_jp, timezone.now()).count() == 0


def test_what_waits_for_clearance_is_told_to_an_acting_head_too(
    news, journey, head_jp, officer_jp
):
    deputy = make_user(Role.OFFICER, member="JP", name="Deputy JP")
    make_acting_head(deputy, head_jp)
    assert news(lambda: journey.submit(officer_jp)) == {
        ("Head JP", "clearance"),
        ("Deputy JP", "clearance"),
    }


def test_an_acting_head_is_asked_for_what_is_in_clearance(jp_122, head_jp, officer_jp):
    item = Missing(jp_122.pk, "JP", is_in_clearance=True)
    before = people_asked([item], at=timezone.now())
    assert {person.user for person in before} == {head_jp}
    make_acting_head(officer_jp, head_jp)
    asked = people_asked([item], at=timezone.now())
    assert {person.user for person in asked} == {head_jp, officer_jp}
