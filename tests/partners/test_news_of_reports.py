"""Tests of notices of reports: who is notified, once, and with the rights of then."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Presidency, Role, User
from audit.record import record
from partners.calendar import has_last_day, remind_of_dates
from partners.mail import digest_mail
from partners.models import Notice
from partners.runner import make_due_digests
from partners.sentences import address_of, sentence_of
from progress.models import SilenceProcedure
from reports.models import Report, Schedule
from tests.factories import make_acting_head, make_user
from tests.reports.circulation.circulated_reports import (
    circulate,
    make_draft,
    make_final,
)

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
HEADS = {("Head JP", "circ_ends"), ("Head FR", "circ_ends")}


@pytest.fixture(autouse=True)
def bystanders(
    officer_jp, head_jp, officer_fr, head_fr, coordinator, former_coordinator,
    second_reviewer, observer, assessor, administrator, contributor_jp,
):  # fmt: skip
    """The whole cast exists: a person missing from a result was not notified."""


@pytest.fixture
def draft(plan, coordinator) -> Report:
    return make_draft(plan, coordinator, number=3)


@pytest.fixture
def round_of(draft, coordinator):
    return circulate(draft, by=coordinator, ends_at=datetime.now(UTC) + 2 * DAY)


@pytest.fixture
def calendar():
    """`calendar(at)`: who has which notice after the run of the calendar at `at`."""

    def calendar(at: datetime) -> set[tuple[str, str]]:
        remind_of_dates(at)
        rows = list(Notice.objects.values_list("user__name", "kind"))
        assert len(rows) == len(set(rows))
        return set(rows)

    return calendar


def happened(verb: str, report: Report, by: User | None = None) -> None:
    data: dict[str, object] = {"is_of_presidency": True}
    for circulation in report.circulations.all():
        data["circulation"] = str(circulation.pk)
    record(verb=verb, target=report, by=by, at=datetime.now(UTC), data=data)


# What happens


def test_a_circulated_draft_is_told_to_heads_and_officers_of_who_is_asked(
    news, draft, round_of, coordinator
):
    assert news(lambda: happened("report.circulate", draft, coordinator)) == {
        ("Head JP", "circ"), ("Officer JP", "circ"),
        ("Head FR", "circ"), ("Officer FR", "circ"),
    }  # fmt: skip


def test_a_member_that_is_not_asked_is_not_told(news, draft, coordinator):
    circulate(draft, by=coordinator, ends_at=datetime.now(UTC) + DAY, asked=["JP"])
    told = news(lambda: happened("report.circulate", draft, coordinator))
    assert {name for name, _kind in told} == {"Head JP", "Officer JP"}


def test_an_objection_is_told_to_the_coordinators(news, draft, round_of, head_jp):
    told = news(lambda: happened("report.object", draft, head_jp))
    assert told == {("Coordinator", "circ_obj")}


def test_an_approval_is_told_to_the_other_coordinators(
    news, draft, round_of, chair, coordinator
):
    make_user(Role.COORDINATOR, member=chair, name="Second coordinator")
    told = news(lambda: happened("report.approve", draft, coordinator))
    assert told == {("Second coordinator", "approved")}


def test_the_approval_that_makes_it_final_asks_for_no_other(news, draft, coordinator):
    make_final(draft)
    assert news(lambda: happened("report.approve", draft)) == set()


def test_a_final_report_is_told_to_everyone_who_may_read_it(news, draft):
    final = make_final(draft)
    told = news(lambda: happened("report.finish", final))
    assert {kind for _name, kind in told} == {"final"}
    assert {name for name, _kind in told} >= {
        "Officer JP", "Head FR", "Contributor JP", "Coordinator", "Observer",
        "Assessor",
    }  # fmt: skip
    assert "Administrator" not in {name for name, _kind in told}


def test_a_report_of_one_person_is_no_news(news, plan, officer_jp):
    own = make_draft(
        plan, officer_jp, number=None, is_of_presidency=False, requested_by=officer_jp
    )
    for verb in ("report.finish", "report.fail"):
        assert news(lambda verb=verb: happened(verb, own)) == set()


def test_a_draft_that_a_coordinator_asked_for_is_no_news(news, draft):
    assert news(lambda: happened("report.finish", draft)) == set()


@pytest.mark.parametrize(
    ("verb", "kind"), [("report.finish", "sched"), ("report.fail", "rep_fail")]
)
def test_a_scheduled_draft_is_told_to_the_coordinators(
    news, plan, coordinator, verb, kind
):
    at = datetime.now(UTC)
    schedule = Schedule.objects.create(
        plan=plan, audience="amber", rhythm="at_close", created_at=at,
        created_by=coordinator, done_until=at,
    )  # fmt: skip
    draft = make_draft(
        plan, coordinator, audience="amber", requested_by=None, schedule=schedule,
        scheduled_for=at,
    )  # fmt: skip
    assert news(lambda: happened(verb, draft)) == {("Coordinator", kind)}


def test_an_event_read_twice_is_told_once(told, draft, round_of, coordinator):
    happened("report.circulate", draft, coordinator)
    assert told() == told()
    assert Notice.objects.count() == 4


# What time brings


def test_a_day_before_the_deadline_heads_who_have_not_objected_are_told(
    calendar, draft, coordinator, head_fr
):
    ends_at = datetime.now(UTC) + 1.5 * DAY
    circulate(draft, by=coordinator, ends_at=ends_at, objecting=[head_fr])
    assert calendar(ends_at - DAY - MINUTE) == set()
    assert calendar(ends_at - DAY) == {("Head JP", "circ_ends")}
    assert calendar(ends_at - MINUTE) == {("Head JP", "circ_ends")}


def test_an_acting_head_is_told_like_a_head(calendar, round_of, officer_jp, head_jp):
    at = round_of.procedure.ends_at - DAY
    assert ("Officer JP", "circ_ends") not in calendar(at)
    make_acting_head(officer_jp, head_jp, starts_in=DAY / 2)
    assert ("Officer JP", "circ_ends") in calendar(at)


def test_with_one_day_in_all_nobody_is_told_twice_at_once(draft, coordinator, now):
    procedure = SilenceProcedure(started_at=now, ends_at=now + DAY)
    assert not has_last_day(procedure, now + MINUTE)
    procedure.ends_at += MINUTE
    assert has_last_day(procedure, now + MINUTE)
    assert not has_last_day(procedure, now)


def test_agreement_is_told_to_the_coordinators(calendar, round_of):
    ends_at = round_of.procedure.ends_at
    assert calendar(ends_at) == set()
    for minutes in (1, 70):
        assert calendar(ends_at + minutes * MINUTE) == {("Coordinator", "circ_ok")}


def test_a_broken_silence_is_no_agreement(calendar, draft, coordinator, head_jp):
    ends_at = datetime.now(UTC) + DAY / 2
    circulate(draft, by=coordinator, ends_at=ends_at, objecting=[head_jp])
    assert calendar(ends_at + MINUTE) == set()


def test_what_was_stopped_asks_for_nothing(calendar, round_of, coordinator):
    procedure = round_of.procedure
    procedure.stopped_at, procedure.stopped_by = datetime.now(UTC), coordinator
    procedure.save()
    for at in (procedure.ends_at - MINUTE, procedure.ends_at + MINUTE):
        assert calendar(at) == set()


def test_an_agreement_of_long_ago_is_no_news(calendar, round_of):
    assert calendar(round_of.procedure.ends_at + 8 * DAY) == set()


def test_an_agreement_that_led_to_the_final_report_is_no_news(calendar, draft):
    make_final(draft)
    assert calendar(datetime.now(UTC) + MINUTE) == set()


# Rights of then


def test_a_new_chair_hears_of_the_agreement_and_the_former_one_does_not(
    calendar, round_of, former_coordinator
):
    ends_at = round_of.procedure.ends_at
    new = make_user(Role.COORDINATOR, member="JP", name="Coordinator JP")
    hand_over(ends_at - MINUTE, to="JP")
    assert calendar(ends_at + MINUTE) == {(new.name, "circ_ok")}


def test_notices_of_the_office_pass_with_it(news, draft, round_of, coordinator):
    news(lambda: happened("report.object", draft))
    later = datetime.now(UTC) + MINUTE
    assert Notice.objects.visible_to(coordinator, later).count() == 1
    hand_over(later, to="JP")
    fresh = User.objects.get(pk=coordinator.pk)
    assert not Notice.objects.visible_to(fresh, later).exists()
    assert make_due_digests(later + DAY) == []


def test_who_left_the_delegation_sees_no_notice_of_it(news, draft, round_of, head_jp):
    news(lambda: happened("report.circulate", draft))
    User.objects.filter(pk=head_jp.pk).update(member=None, roles=["observer"])
    fresh = User.objects.get(pk=head_jp.pk)
    assert not Notice.objects.visible_to(fresh, datetime.now(UTC)).exists()


def test_readers_of_no_delegation_see_and_open_theirs(news, signed_in, draft, observer):
    final = make_final(draft)
    news(lambda: happened("report.finish", final))
    page = signed_in(observer).get("/notices/")
    assert [line.sentence for line in page.context["lines"]] == [
        sentence_of(Notice.objects.filter(user=observer).get())
    ]
    assert 'href="/notices/"' in page.text


# Words


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("circ", "was circulated for objections until"),
        ("circ_ends", "The time to object to Stocktake report"),
        ("circ_obj", "A delegation objected to Stocktake report"),
        ("circ_ok", "No delegation objected to Stocktake report"),
        ("approved", "needs a second approval to become final"),
        ("final", "has become final"),
        ("sched", "was compiled on schedule"),
        ("rep_fail", "could not be compiled"),
    ],
)
def test_a_notice_names_the_draft_and_none_of_its_words(
    round_of, head_jp, django_assert_num_queries, kind, says
):
    made = Notice.objects.create(
        user=head_jp, kind=kind, key="a", told_as="delegation", member_id="JP",
        report=round_of.draft, circulation=round_of, created_at=datetime.now(UTC),
    )  # fmt: skip
    notice = Notice.objects.with_targets().get(pk=made.pk)
    with django_assert_num_queries(0):
        sentence = sentence_of(notice)
        address = address_of(notice)
    assert says in sentence
    assert "draft 3" in sentence
    assert address == f"/reports/{round_of.draft_id}/"


def test_the_mail_says_how_many_and_no_more(news, draft, round_of):
    news(lambda: happened("report.circulate", draft))
    [digest, *_others] = make_due_digests((datetime.now(UTC) + DAY).replace(hour=12))
    body = str(digest_mail(digest.user.email, 1, "en-gb").body)
    assert "report" not in body.lower()
    assert "draft" not in body.lower()


def hand_over(at: datetime, *, to: str) -> None:
    before = Presidency.objects.at(at).get()
    ends_at = before.ends_at
    Presidency.objects.filter(starts_at__gte=ends_at).delete()
    before.ends_at = at
    before.save()
    Presidency.objects.create(member_id=to, starts_at=at, ends_at=ends_at)
