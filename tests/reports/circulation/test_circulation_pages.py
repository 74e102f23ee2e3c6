"""Tests of the pages on which a draft goes round and becomes final."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import Role, User
from progress.actions.silence import SHORTEST
from progress.models import State
from reports.actions.circulation import object_to_report
from reports.models import Circulation, Report
from tests.factories import CHAIR, make_entry, make_user, member_commitment_of
from tests.page_forms import PageForm
from tests.reports.circulation.circulations import circulate, make_draft

pytestmark = pytest.mark.django_db

SOON = timedelta(days=2)
# Of every page: see tests/g7plan/test_page_queries.py.
MOST_QUERIES = 12
REASON = "We never agreed to the words on page 3."


def url_of(name: str, report: Report) -> str:
    return reverse(f"reports:report-{name}", args=[report.pk])


@pytest.fixture
def draft(plan, coordinator) -> Report:
    return make_draft(plan, by=coordinator)


@pytest.fixture
def sent(draft: Report, coordinator: User) -> Report:
    """A draft that heads can still object to."""
    circulate(draft, by=coordinator, ended=-SOON)
    return draft


@pytest.fixture
def agreed(draft: Report, coordinator: User) -> Report:
    """A draft that silence agreed to."""
    circulate(draft, by=coordinator)
    return draft


@pytest.fixture
def second_coordinator(chair):
    return make_user(Role.COORDINATOR, member=CHAIR, name="Second coordinator")


def typed(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"


# ---- Circulate -----------------------------------------------------------------------


def test_a_coordinator_sees_the_deadline_in_each_capital_before_it_counts(
    draft, coordinator, signed_in
):
    page, url = signed_in(coordinator), url_of("circulate", draft)
    assert url in page.get(url_of("detail", draft)).text
    suggested = PageForm.of(page.get(url).text)
    answer = page.post(url, dict(suggested.sent))
    assert "Circulate draft 1 to all delegations?" in answer.text
    assert "21:00 JST" in answer.text
    assert not Circulation.objects.exists()
    answer = page.post(url, dict(PageForm.of(answer.text).sent))
    assert answer.url == url_of("detail", draft)
    ends_at = Circulation.objects.get().procedure.ends_at
    assert ends_at.hour == 12
    assert "Heads of delegation can object until" in page.get(answer.url).text


def test_another_deadline_than_the_one_shown_is_shown_first(
    draft, coordinator, signed_in
):
    page, url = signed_in(coordinator), url_of("circulate", draft)
    shown = dict(PageForm.of(page.get(url).text).sent)
    shown = dict(PageForm.of(page.post(url, shown).text).sent)
    later = typed(datetime.now(UTC) + timedelta(days=30))
    answer = page.post(url, {**shown, "ends_at": later})
    assert "to all delegations?" in answer.text
    answer = page.post(url, {**shown, "act": "change"})
    assert "Deadline for objections" in answer.text
    assert not Circulation.objects.exists()


def test_a_deadline_that_is_too_near_is_refused_beside_its_field(
    draft, coordinator, signed_in
):
    soon = typed(datetime.now(UTC) + SHORTEST - timedelta(hours=1))
    answer = signed_in(coordinator).post(url_of("circulate", draft), {"ends_at": soon})
    assert answer.status_code == 422
    assert "Choose a time at least 24 hours from now." in answer.text


def test_a_draft_in_circulation_says_why_it_does_not_go_round_again(
    sent, coordinator, signed_in
):
    answer = signed_in(coordinator).get(url_of("circulate", sent))
    assert answer.status_code == 409
    assert "in circulation already" in answer.text


def test_the_next_draft_says_that_it_stops_the_earlier_one(
    sent, plan, coordinator, signed_in
):
    following = make_draft(plan, by=coordinator)
    page, url = signed_in(coordinator), url_of("circulate", following)
    asked = page.get(url)
    assert "The circulation of draft 1 stops" in asked.text
    checked = page.post(url, dict(PageForm.of(asked.text).sent))
    assert "The circulation of draft 1 stops" in checked.text


# ---- Object --------------------------------------------------------------------------


def test_a_head_objects_with_a_reason(sent, head_jp, signed_in):
    page, url = signed_in(head_jp), url_of("object", sent)
    assert url in page.get(url_of("detail", sent)).text
    assert "breaks the silence at once" in page.get(url).text
    assert page.post(url, {"reason": " "}).status_code == 422
    answer = page.post(url, {"reason": REASON})
    shown = page.get(answer.url).text
    assert "The silence is broken" in shown
    assert REASON in shown
    assert url not in shown


def test_other_delegations_learn_that_it_is_broken_and_no_more(
    sent, head_jp, officer_fr, coordinator, signed_in, now
):
    object_to_report(report_id=sent.pk, reason=REASON, by=head_jp, at=now)
    other = signed_in(officer_fr).get(url_of("detail", sent)).text
    assert "1 delegation objected" in other
    assert REASON not in other
    assert "Japan objected" not in other
    assert head_jp.name not in other
    presidency = signed_in(coordinator).get(url_of("detail", sent)).text
    assert REASON in presidency
    assert "Japan objected" in presidency


def test_an_objection_after_the_deadline_is_refused_and_its_text_kept(
    agreed, head_jp, signed_in
):
    page, url = signed_in(head_jp), url_of("object", agreed)
    assert "came too late" in page.get(url).text
    answer = page.post(url, {"reason": REASON})
    assert answer.status_code == 409
    assert "came too late" in answer.text
    assert REASON in answer.text


def test_an_officer_learns_of_the_deadline_and_has_no_button(
    sent, officer_jp, signed_in
):
    page, url = signed_in(officer_jp), url_of("object", sent)
    shown = page.get(url_of("detail", sent)).text
    assert "Heads of delegation can object until" in shown
    assert url not in shown
    assert page.get(url).status_code == 403


# ---- Stop ----------------------------------------------------------------------------


def test_the_presidency_stops_a_circulation_once(sent, coordinator, signed_in):
    page, url = signed_in(coordinator), url_of("stop", sent)
    assert "Stop the circulation of draft 1?" in page.get(url).text
    answer = page.post(url)
    assert "The Presidency stopped the circulation" in page.get(answer.url).text
    assert page.post(url).status_code == 409
    assert page.get(url).status_code == 409


# ---- Approve as final ----------------------------------------------------------------


def test_two_coordinators_make_it_final(
    agreed, coordinator, second_coordinator, head_jp, signed_in
):
    page, url = signed_in(coordinator), url_of("approve", agreed)
    assert "Two coordinators" in page.get(url).text
    answer = page.post(url)
    assert answer.url == url_of("detail", agreed)
    assert "It takes another coordinator" in page.get(answer.url).text
    assert page.post(url).status_code == 409
    assert "It takes another coordinator" in page.get(url).text
    other = signed_in(second_coordinator)
    assert coordinator.name in other.get(url).text
    final = Report.objects.filter(final_of=agreed)
    assert not final.exists()
    assert other.post(url).url == url_of("detail", final.get())
    assert url_of("detail", final.get()) in page.get(url_of("detail", agreed)).text


def test_the_presidency_reads_who_was_silent(agreed, coordinator, head_jp, signed_in):
    silent = "Silent until the deadline"
    assert silent in signed_in(coordinator).get(url_of("detail", agreed)).text
    shown = signed_in(head_jp).get(url_of("detail", agreed)).text
    assert "No delegation objected" in shown
    assert silent not in shown


def test_a_draft_that_heads_can_still_object_to_is_not_made_final(
    sent, coordinator, signed_in
):
    answer = signed_in(coordinator).get(url_of("approve", sent))
    assert answer.status_code == 409
    assert "Wait until then" in answer.text


def test_what_was_published_since_is_named_in_the_refusal(
    agreed, plan, coordinator, officer_jp, signed_in
):
    make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        published_by=coordinator,
        as_of=agreed.at,
    )
    page, url = signed_in(coordinator), url_of("approve", agreed)
    assert "Approve as final" in page.get(url).text
    answer = page.post(url)
    assert answer.status_code == 409
    assert "would no longer say what was circulated" in answer.text
    assert "1.2.2" in answer.text


# ---- All pages -----------------------------------------------------------------------


def test_a_page_takes_few_queries(
    sent, plan, coordinator, head_jp, signed_in, django_assert_max_num_queries
):
    draft = make_draft(plan, by=coordinator, layout="compact")
    agreed = make_draft(plan, by=coordinator, audience="clear")
    circulate(agreed, by=coordinator)
    for person, pages in (
        (coordinator, [("circulate", draft), ("stop", sent), ("approve", agreed)]),
        (head_jp, [("object", sent)]),
    ):
        browser = signed_in(person)
        for name, report in pages:
            with django_assert_max_num_queries(MOST_QUERIES):
                assert browser.get(url_of(name, report)).status_code == 200
