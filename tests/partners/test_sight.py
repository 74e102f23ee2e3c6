"""Tests of a notice's visibility: shown and counted while its reader may see it.

A notice is made once. The list, the number on every page and the mail each check again.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Presidency, Role, User
from partners.models import Notice
from partners.runner import make_due_digests
from progress.actions.conversations.comments import add_comment
from progress.models import State
from tests.factories import make_user
from tests.partners.conftest import make_notice

NOTICES = "/notices/"


@pytest.fixture
def listed(signed_in):
    """`listed(person)`: the sentences on their page, and the number beside its link."""

    def listed(person):
        fresh = User.objects.get(pk=person.pk)
        page = signed_in(fresh).get(NOTICES)
        count = page.text.partition('<span class="navigation-count">')[2]
        number = int(count.partition("<")[0]) if count else 0
        at = timezone.now()
        assert Notice.objects.visible_to(fresh, at).unread().count() == number
        return [line.sentence for line in page.context["lines"]], number

    return listed


def test_it_is_shown_and_counted(told, listed, journey, officer_jp, head_jp):
    journey.submit(officer_jp)
    told()
    assert listed(head_jp) == (["1.2.2 was sent for clearance"], 1)
    assert listed(officer_jp) == ([], 0)


def test_who_moved_to_another_member_sees_no_notice_of_the_old_one(
    told, listed, journey, officer_jp, head_jp, coordinator
):
    """Also after publication to all: that it was in clearance stays hidden."""
    journey.submit(officer_jp)
    told()
    User.objects.filter(pk=head_jp.pk).update(member="FR")
    assert listed(head_jp) == ([], 0)
    signatory = make_user(Role.HEAD, member="JP")
    journey.clear(signatory).publish(coordinator)
    assert listed(head_jp) == ([], 0)
    at = timezone.now() + timedelta(days=1)
    assert [one for one in make_due_digests(at) if one.user == head_jp] == []


@pytest.mark.parametrize(
    "change", [{"roles": ["observer"]}, {"roles": ["administrator"]}, {"roles": []}]
)
def test_who_lost_the_role_sees_none(
    told, listed, journey, officer_jp, head_jp, change
):
    journey.submit(officer_jp)
    told()
    User.objects.filter(pk=head_jp.pk).update(**change)
    assert listed(head_jp) == ([], 0)


def test_a_former_presidency_sees_none_of_its_office(
    told, listed, journey, officer_jp, head_jp, coordinator
):
    journey.submit(officer_jp).clear(head_jp)
    told()
    assert listed(coordinator) == (["Japan sent 1.2.2 for review"], 1)
    journey.publish(coordinator)
    now = timezone.now()
    Presidency.objects.at(now).update(ends_at=now - timedelta(seconds=1))
    assert listed(coordinator) == ([], 0)


def test_a_recalled_entry_is_no_news_to_the_presidency(
    told, listed, journey, officer_jp, head_jp, coordinator
):
    journey.submit(officer_jp).clear(head_jp)
    told()
    entry = journey.entry
    entry.state, entry.submitted_at, entry.submitted_by = State.DRAFT, None, None
    entry.save()
    assert listed(coordinator) == ([], 0)


def test_another_second_reviewer_takes_the_place_of_the_first(
    told, listed, stocktake, officer_fr, second_reviewer
):
    make_notice(
        second_reviewer,
        None,
        kind="opened",
        told_as="reviewer",
        stocktake=stocktake,
        member_id=None,
    )
    assert listed(second_reviewer)[1] == 1
    other = make_user(Role.COORDINATOR, member="DE")
    stocktake.second_reviewer = other
    stocktake.save()
    assert listed(second_reviewer) == ([], 0)


def test_a_comment_with_the_presidency_is_found_where_its_reader_can_read_it(
    told, signed_in, journey, officer_jp, head_jp, coordinator
):
    journey.submit(officer_jp).clear(head_jp).send_to_us(coordinator)
    add_comment(
        entry_id=journey.entry.pk,
        thread="presidency",
        body="Which year do you mean?",
        by=officer_jp,
        at=timezone.now(),
    )
    told()
    page = signed_in(coordinator).get(NOTICES)
    [line] = [one for one in page.context["lines"] if "comment" in one.sentence]
    assert line.url == f"/entries/{journey.entry.pk}/returns/#presidency"
    assert "Which year" not in page.text
    assert signed_in(coordinator).get(line.url.partition("#")[0]).status_code == 200


def test_no_page_says_a_word_of_an_entry(told, signed_in, journey, officer_jp, head_jp):
    entry = journey.entry
    entry.narrative = entry.next_steps = entry.obstacles = "Canary."
    entry.save()
    journey.submit(officer_jp).send_back(head_jp)
    told()
    assert "Canary" not in signed_in(officer_jp).get(NOTICES).text
    assert "Name the year" not in signed_in(officer_jp).get(NOTICES).text


def test_nobody_sees_what_others_were_told(
    told, listed, journey, officer_jp, head_jp, officer_fr, observer, administrator
):
    journey.submit(officer_jp)
    told()
    for other in (officer_jp, officer_fr, observer, administrator):
        assert listed(other) == ([], 0)


def test_a_key_reads_no_notices(told, journey, officer_jp, head_jp):
    journey.submit(officer_jp)
    told()
    head_jp.scopes = frozenset({"read:own"})
    assert not Notice.objects.visible_to(head_jp, timezone.now()).exists()
