"""Tests of the pages on which the Presidency manages its stocktakes."""

from datetime import UTC, datetime

import pytest

from progress.actions.stocktakes import close_stocktake, edit_stocktake
from progress.models import Stocktake
from tests.factories import make_plan
from tests.progress.reading import html_of, words_of
from tests.progress.stocktaking import DAY, edited, url_of

LIST = "/stocktakes/"


@pytest.fixture
def presidency(signed_in, coordinator):
    return signed_in(coordinator)


@pytest.fixture
def in_tokyo(signed_in, coordinator):
    coordinator.time_zone = "Asia/Tokyo"
    coordinator.save()
    return signed_in(coordinator)


def typed(about, **changes) -> dict[str, object]:
    return {
        "plan": about.slug,
        "title": "Spring stocktake",
        "opens_at": "2027-03-01T09:00",
        "due_at": "2027-03-20T17:00",
        "grace_ends_at": "2027-03-27T17:00",
        **changes,
    }


# ---- The list


def test_the_list_says_what_to_do_next_while_there_is_none(
    plan, presidency, signed_in, officer_jp, chair
):
    assert "Announce the first" in words_of(presidency.get(LIST))
    assert "The Presidency announces stocktakes here" in words_of(
        signed_in(officer_jp).get(LIST)
    )


def test_the_list_shows_each_state_and_sorts(plan, stocktake, presidency, now):
    other = make_plan("second-plan")
    Stocktake.objects.create(
        plan=other,
        slug="later",
        title="A later one",
        opens_at=now + DAY,
        due_at=now + 2 * DAY,
        grace_ends_at=now + 3 * DAY,
    )
    shown = words_of(presidency.get(LIST))
    assert shown.index("Stocktake first") < shown.index("A later one")
    by_title = words_of(presidency.get(f"{LIST}?ordering=title"))
    assert by_title.index("A later one") < by_title.index("Stocktake first")
    planned = words_of(presidency.get(f"{LIST}?state=planned"))
    assert "Stocktake first" not in planned
    assert "No stocktake is in this state" in words_of(
        presidency.get(f"{LIST}?state=closed")
    )
    assert presidency.get(f"{LIST}?ordering=<script>&state=x").status_code == 200


# ---- A new stocktake


def test_what_is_typed_in_a_zone_is_one_instant_and_shown_in_both(plan, in_tokyo):
    assert "Asia/Tokyo" in words_of(in_tokyo.get("/stocktakes/new/"))
    answer = in_tokyo.post("/stocktakes/new/", typed(plan), follow=True)
    planned = Stocktake.objects.get()
    assert planned.due_at == datetime(2027, 3, 20, 8, tzinfo=UTC)
    assert planned.slug == "spring-stocktake"
    shown = words_of(answer)
    assert "20 Mar 2027, 17:00 JST" in shown
    assert "20 Mar, 08:00 UTC" in shown


def test_hours_that_the_clocks_skip_or_show_twice_are_refused_and_kept(
    plan, signed_in, coordinator
):
    coordinator.time_zone = "Europe/Rome"
    coordinator.save()
    browser = signed_in(coordinator)
    for value, sentence in (
        ("2027-03-28T02:30", "This hour does not exist in Europe/Rome"),
        ("2027-10-31T02:30", "This hour comes twice in Europe/Rome"),
    ):
        answer = browser.post("/stocktakes/new/", typed(plan, opens_at=value))
        assert answer.status_code == 422
        assert sentence in words_of(answer)
        assert f'value="{value}"' in html_of(answer)
    assert not Stocktake.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 121),
        ("title", "a\x00b"),
        ("plan", "no-such-plan"),
        ("plan", "\x00"),
        ("opens_at", "soon"),
        ("due_at", "9999-12-31T23:59"),
        ("grace_ends_at", "0001-01-01T00:00"),
        ("slug", "<script>"),
        ("due_at", ""),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    plan, presidency, field, value
):
    sent = typed(plan, **{"title": "春 <script>", "slug": "haru", field: value})
    answer = presidency.post("/stocktakes/new/", sent)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in html_of(answer)
    if field != "title":
        assert "春 &lt;script&gt;" in html_of(answer)
    assert not Stocktake.objects.exists()


def test_an_overlap_is_said(plan, stocktake, presidency, now):
    dates = {
        "opens_at": f"{now + DAY:%Y-%m-%dT%H:%M}",
        "due_at": f"{now + 2 * DAY:%Y-%m-%dT%H:%M}",
        "grace_ends_at": f"{now + 3 * DAY:%Y-%m-%dT%H:%M}",
    }
    answer = presidency.post("/stocktakes/new/", typed(plan, **dates))
    assert answer.status_code == 422
    assert "It overlaps with “Stocktake first”" in words_of(answer)


# ---- Actions


def test_from_plan_to_close_in_the_browser(planned, presidency, second_reviewer, plan):
    opened = presidency.post(
        url_of(planned, "open"),
        {"version": 1, "second_reviewer": str(second_reviewer.pk)},
        follow=True,
    )
    assert "The stocktake is open" in words_of(opened)
    end = planned.grace_ends_at + DAY
    extended = presidency.post(
        url_of(planned, "extend"),
        {
            "version": 2,
            "member": "JP",
            "ends_at": f"{end:%Y-%m-%dT%H:%M}",
            "reason": "Elections.",
        },
        follow=True,
    )
    assert "Japan: entries accepted until" in words_of(extended)
    asked = words_of(presidency.get(url_of(planned, "close")))
    assert "32 commitments are not yet with the Presidency" in asked
    assert "time that you promised ends early" in asked
    closed = presidency.post(url_of(planned, "close"), {"version": 3}, follow=True)
    assert "Record of the closed stocktake" in words_of(closed)
    verified = presidency.get(f"{url_of(planned)}?verify=1")
    assert "The hash still matches" in words_of(verified)


def test_a_hash_that_is_not_the_same_is_said(stocktake, presidency, coordinator, now):
    stocktake.closed_at, stocktake.closed_by = now, coordinator
    stocktake.closing_sha256 = "0" * 64
    stocktake.save()
    assert "The hash no longer matches" in words_of(
        presidency.get(f"{url_of(stocktake)}?verify=1")
    )


def test_only_candidates_are_offered_as_second_reviewers(
    planned, presidency, second_reviewer, officer_of_the_chair, observer, coordinator
):
    shown = words_of(presidency.get(url_of(planned, "open")))
    assert second_reviewer.name in shown
    assert observer.name not in shown
    form = html_of(presidency.get(url_of(planned, "open")))
    assert f'value="{second_reviewer.pk}"' in form
    for person in (officer_of_the_chair, coordinator, observer):
        assert f'value="{person.pk}"' not in form
    answer = presidency.post(
        url_of(planned, "open"),
        {"version": 1, "second_reviewer": str(officer_of_the_chair.pk)},
    )
    assert answer.status_code == 422
    assert "Choose a person from the list" in words_of(answer)


def test_a_stale_page_shows_both_and_the_next_press_counts(
    planned, presidency, former_coordinator, coordinator, now
):
    edit_stocktake(
        stocktake_id=planned.pk,
        version=1,
        terms=edited(planned, title="Theirs"),
        by=coordinator,
        at=now,
    )
    sent = {
        "version": 1,
        "title": "Mine",
        "opens_at": f"{planned.opens_at:%Y-%m-%dT%H:%M}",
        "due_at": f"{planned.due_at:%Y-%m-%dT%H:%M}",
        "grace_ends_at": f"{planned.grace_ends_at:%Y-%m-%dT%H:%M}",
    }
    # The same person in two windows: what was saved is not what is sent again.
    answer = presidency.post(url_of(planned, "edit"), sent)
    if answer.status_code == 302:
        pytest.fail("Other words than those saved were taken for the second press.")
    assert answer.status_code == 409
    html = html_of(answer)
    assert 'value="Mine"' in html
    assert "Theirs" in html
    again = presidency.post(url_of(planned, "edit"), {**sent, "version": 2})
    assert again.status_code == 302
    planned.refresh_from_db()
    assert planned.title == "Mine"


def test_a_form_pressed_twice_acts_once(planned, presidency, second_reviewer):
    sent = {"version": 1, "second_reviewer": str(second_reviewer.pk)}
    for _press in range(2):
        answer = presidency.post(url_of(planned, "open"), sent)
        assert answer.status_code == 302
    planned.refresh_from_db()
    assert planned.version == 2


@pytest.mark.parametrize("reason", ["A holiday.", "  - A holiday.\n  - A move."])
def test_an_extension_pressed_twice_is_given_once(stocktake, presidency, reason):
    until = f"{stocktake.grace_ends_at + 3 * DAY:%Y-%m-%dT%H:%M}"
    sent = {"version": 1, "member": "JP", "ends_at": until, "reason": reason}
    for _press in range(2):
        answer = presidency.post(url_of(stocktake, "extend"), sent)
        assert answer.status_code == 302
    assert stocktake.extensions.get().reason == reason


def test_cancelling_twice_is_no_error(planned, presidency):
    for _press in range(2):
        answer = presidency.post(url_of(planned, "cancel"), {"version": 1})
        assert answer.status_code == 302
    assert not Stocktake.objects.exists()


def test_what_its_state_does_not_allow_is_said(stocktake, presidency, coordinator, now):
    assert presidency.get(url_of(stocktake, "open")).status_code == 409
    close_stocktake(stocktake_id=stocktake.pk, version=1, by=coordinator, at=now)
    answer = presidency.post(url_of(stocktake, "close"), {"version": 2})
    assert answer.status_code == 409
    assert "not possible now" in words_of(answer)
    stale = presidency.post(url_of(stocktake, "extend"), {"version": 1})
    assert stale.status_code == 409


def test_an_open_stocktake_asks_for_its_title_alone(stocktake, presidency):
    form = html_of(presidency.get(url_of(stocktake, "edit")))
    assert 'name="title"' in form
    assert 'name="due_at"' not in form
    answer = presidency.post(
        url_of(stocktake, "edit"),
        {"version": 1, "title": "New", "due_at": "2030-01-01"},
    )
    assert answer.status_code == 302
    before = stocktake.due_at
    stocktake.refresh_from_db()
    assert (stocktake.title, stocktake.due_at) == ("New", before)


def test_the_close_is_not_offered_while_entries_wait(stocktake, waiting, presidency):
    shown = words_of(presidency.get(url_of(stocktake, "close")))
    assert "1 entry is waiting for review" in shown
    answer = presidency.post(url_of(stocktake, "close"), {"version": 1})
    assert answer.status_code == 422
    assert "1 entry is waiting for review" in words_of(answer)
    stocktake.refresh_from_db()
    assert stocktake.closed_at is None


def test_the_former_presidency_runs_nothing(stocktake, signed_in, former_coordinator):
    browser = signed_in(former_coordinator)
    assert browser.get("/stocktakes/new/").status_code == 403
    shown = html_of(browser.get(url_of(stocktake)))
    assert url_of(stocktake, "close") not in shown
    assert browser.post(url_of(stocktake, "close"), {"version": 1}).status_code == 403


def test_an_unknown_stocktake_is_not_found(plan, presidency):
    assert presidency.get(f"/plans/{plan.slug}/stocktakes/none/").status_code == 404
    assert presidency.get("/plans/none/stocktakes/none/open/").status_code == 404


def test_more_time_is_for_every_member_unless_one_is_named(stocktake, presidency):
    end = stocktake.grace_ends_at + DAY
    sent = {
        "version": 1,
        "member": "every",
        "ends_at": f"{end:%Y-%m-%dT%H:%M}",
        "reason": "A holiday.",
    }
    wrong = presidency.post(url_of(stocktake, "extend"), {**sent, "member": "XX"})
    assert wrong.status_code == 422
    assert "A holiday." in html_of(wrong)
    for_all = presidency.post(url_of(stocktake, "extend"), sent, follow=True)
    assert "Every member: entries accepted until" in words_of(for_all)
    assert stocktake.extensions.get().member is None
