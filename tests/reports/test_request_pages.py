"""Tests of the pages that request a report: the kinds, and the form of each."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from commitments.models import Plan
from progress.models import Stocktake
from reports.models import Report
from tests.finished_reports import make_finished_report

NEW = "/reports/new/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def page(signed_in, coordinator, plan, stocktake):
    return signed_in(coordinator)


@pytest.fixture
def closed(stocktake, coordinator, now):
    """The stocktake, closed half a year ago."""
    early = now - timedelta(days=180)
    Stocktake.objects.filter(pk=stocktake.pk).update(
        opened_at=early, closed_at=early, closed_by=coordinator,
        closing_sha256="0" * 64, closing_head="0" * 64,
    )  # fmt: skip
    return stocktake


def html(page: Client, url: str, **sent: str) -> str:
    answer = page.post(url, sent) if sent else page.get(url)
    return str(answer.content.decode()).split("<footer")[0]


def sent_fields(**changes: str) -> dict[str, str]:
    usual = {"audience": "green", "layout": "full", "language": "en"}
    return {"plan": "test-plan", **usual, **changes}


def fields_in(text: str) -> set[str]:
    names = set(re.findall(r'name="(\w+)"', text))
    return names - {"csrfmiddlewaretoken", "form_token", "q", "viewport"}


COMMON = {"plan", "stocktake", "audience", "at", "known_at"}
CHOSEN = {"language", "layout"}


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("stocktake", CHOSEN),
        ("member", {"member"} | CHOSEN),
        ("brief", {"subject"} | CHOSEN),
        ("changes", {"since", "since_day"} | CHOSEN),
        ("gaps", {"language"}),
    ],
)
def test_the_form_of_a_kind_has_only_what_the_kind_takes(page, kind, own) -> None:
    form = html(page, f"{NEW}{kind}/").split('method="post"')[-1]
    assert fields_in(form) == COMMON | own


def test_the_kind_comes_first_with_what_it_contains(page, signed_in, observer) -> None:
    text = html(page, NEW)
    for kind in Report.Kind.values:
        assert f'href="{NEW}{kind}/"' in text
    assert "It contains: list of gaps." in text
    assert f"{NEW}gaps/" not in html(signed_in(observer), NEW)


def test_an_officer_comes_to_the_only_kind_at_once(signed_in, officer_jp, plan) -> None:
    browser = signed_in(officer_jp)
    assert browser.get(NEW)["Location"] == f"{NEW}member/"
    text = html(browser, f"{NEW}member/")
    assert re.findall(r'<option value="([A-Z]{2})"', text) == ["JP"]
    assert "TLP:AMBER" in text
    refused = html(browser, f"{NEW}member/", **sent_fields(member="FR"))
    assert "Select a valid choice" in refused
    assert not Report.objects.exists()


def test_a_preview_says_what_the_report_will_contain(page) -> None:
    text = html(page, f"{NEW}stocktake/")
    assert "It contains: summary, matrix of commitments by member, status mix" in text
    left_out = "index of instruments, list of entries with their hashes"
    assert f"It leaves out: {left_out}." in text


def test_only_the_stocktakes_of_the_plan_are_offered(
    page, plan, stocktake, django_assert_max_num_queries
) -> None:
    other = Plan.objects.get(pk=plan.pk)
    other.pk, other.slug, other.title = None, "other", "The other plan"
    other.save()
    own = Stocktake.objects.get(pk=stocktake.pk)
    own.pk, own.plan, own.slug, own.title = uuid4(), other, "own", "Of the other"
    own.opened_at = stocktake.opened_at - timedelta(days=1)
    own.save(force_insert=True)
    with django_assert_max_num_queries(12):
        text = html(page, f"{NEW}stocktake/")
    assert 'value="first" selected' in text  # the newest stocktake, and its plan
    assert "Of the other" not in text
    assert "Change the plan" in text
    text = html(page, f"{NEW}stocktake/?plan=other")
    assert 'value="own" selected' in text
    assert stocktake.title not in text
    refused = html(page, f"{NEW}stocktake/", **sent_fields(stocktake="own"))
    assert "Select a valid choice" in refused


@pytest.mark.parametrize("slug", ["nowhere", ""])
def test_an_unknown_plan_or_kind_is_not_found(page, slug) -> None:
    assert page.post(f"{NEW}stocktake/", sent_fields(plan=slug)).status_code == 404
    assert page.get(f"{NEW}stocktake/", {"plan": slug}).status_code == 404
    assert page.get(f"{NEW}poem/").status_code == 404


def test_a_brief_offers_actions_sub_areas_and_what_owns_an_instrument(page) -> None:
    text = html(page, f"{NEW}brief/")
    for value in ("action:1", "sub_area:1.2", "instrument:interpol"):
        assert f'value="{value}"' in text
    sent = sent_fields(subject="sub_area:1.2")
    assert page.post(f"{NEW}brief/", sent).status_code == 302
    report = Report.objects.get()
    assert (report.kind, report.scope_code) == ("brief", "1.2")


def test_changes_are_since_a_day_a_stocktake_or_a_report(
    page, plan, closed, coordinator, observer, now
) -> None:
    early = now - timedelta(days=90)
    values: dict[str, Any] = {
        "plan": plan, "at": early.date(), "known_at": early, "requested_at": early
    }  # fmt: skip
    earlier = make_finished_report(
        audience="green", requested_by=coordinator, is_of_presidency=True, **values
    )
    hidden = make_finished_report(audience="green", requested_by=observer, **values)
    text = html(page, f"{NEW}changes/")
    assert 'value="stocktake:first" selected' in text
    assert f'value="report:{earlier.pk}"' in text
    assert str(hidden.pk) not in text
    for since, given in {
        "day": {"since_day": str(early.date())},
        "stocktake:first": {},
        f"report:{earlier.pk}": {},
    }.items():
        sent = sent_fields(since=since, **given)
        assert page.post(f"{NEW}changes/", sent).status_code == 302, since
    made = Report.objects.filter(state="queued").values_list(
        "since_at", "since_stocktake", "since_report"
    )
    assert set(made) == {
        (early.date(), None, None), (None, closed.pk, None), (None, None, earlier.pk)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"since": "day"}, "Enter the day to compare with."),
        ({"since": "day", "since_day": "2999-01-01"}, "This is not before the report."),
        ({"since": "day", "since_day": "1999-01-01"}, "The plan had not been adopted"),
        ({"since": "day", "since_day": "soon"}, "Enter a valid date."),
        ({"since": "stocktake:first", "since_day": "2018-01-01"}, "Leave this empty"),
        ({"since": "report:1"}, "Select a valid choice"),
        ({"since": ""}, "This field is required."),
    ],
)
def test_a_wrong_since_is_answered_at_its_field_and_keeps_what_was_typed(
    page, closed, changes, sentence
) -> None:
    sent = sent_fields(at="2020-01-02", **changes)
    text = html(page, f"{NEW}changes/", **sent)
    assert sentence in text
    assert 'value="2020-01-02"' in text
    assert not Report.objects.exists()


def test_a_report_says_on_its_page_and_in_its_name_what_it_is(
    page, plan, coordinator, now
) -> None:
    report = make_finished_report(
        plan=plan, kind="brief", action=plan.actions.get(number=1), layout="compact",
        at=now.date(), known_at=now, audience="green", requested_at=now,
        requested_by=coordinator, is_of_presidency=True,
    )  # fmt: skip
    text = html(page, f"/reports/{report.pk}/")
    for words in ("Brief: 1 ", "Compact", "English"):
        assert words in text
    name = page.get(f"/reports/{report.pk}/files/pdf/")["Content-Disposition"]
    assert f'filename="test-plan-brief-1-compact-{now.date()}-en-green.pdf"' in name


def test_the_list_says_what_each_report_is_and_can_be_sorted(
    page, plan, coordinator, now
) -> None:
    def make(audience: str, asked_at: datetime, **fields: Any) -> None:
        make_finished_report(
            plan=plan, at=now.date(), known_at=now, audience=audience,
            requested_at=asked_at, requested_by=coordinator, is_of_presidency=True,
            **fields,
        )  # fmt: skip

    make("clear", now - timedelta(hours=1))
    make("amber", now, kind="member", member_id="JP", layout="compact")
    text = html(page, "/reports/")
    for words in ("Member report", "Japan", "The whole plan", "Compact", "English"):
        assert words in text
    for ordering, first in {
        "audience": "TLP:CLEAR", "-audience": "TLP:AMBER",
        "kind": "TLP:AMBER", "-kind": "TLP:CLEAR", "unknown": "TLP:AMBER",
    }.items():  # fmt: skip
        rows = html(page, f"/reports/?ordering={ordering}").split("<tbody>")[1]
        assert re.findall(r"TLP:[A-Z]+", rows)[0] == first, ordering


def test_the_list_comes_in_pages(page, plan, coordinator, now) -> None:
    Report.objects.bulk_create(
        Report(
            plan=plan, at=now.date(), known_at=now, audience="green", requested_at=now,
            requested_by=coordinator, is_of_presidency=True,
        )
        for _number in range(51)
    )  # fmt: skip
    assert "Page 1 of 2" in html(page, "/reports/")
    assert html(page, "/reports/?page=2").count("Stocktake report:") == 1
