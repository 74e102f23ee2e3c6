"""Tests of the matrix's filters: parts of it, and its earlier states."""

from datetime import date, datetime, timedelta

import pytest

from commitments.models import Instrument
from progress.models import Handling, State
from tests.factories import make_stocktake, set_lead_and_target
from tests.progress.reading import (
    cells_of,
    classes_of,
    html_of,
    total_of,
    words_of,
)
from tests.progress.sheets.downloading import lines_of, rows

MATRIX = "/matrix/"
# What the drawing of the status over time says beside its steps.
SCALE_OF_THE_LINE = "Implemented Substantial progress Limited progress Not started"


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("action=1", ["1.1.1", "1.2.1", "1.2.2"]),
        ("action=2", ["2.1"]),
        ("instrument=interpol", ["1.2.2"]),
        ("action=2&instrument=interpol", []),
    ],
)
def test_filters_leave_rows_out(signed_in, observer, plan, stocktake, query, rows):
    answer = signed_in(observer).get(f"{MATRIX}?{query}")
    found = {name.split(", ")[1] for name in cells_of(answer)}
    assert sorted(found) == rows
    if not rows:
        assert "No commitments match these filters" in words_of(answer)


def test_an_instrument_shows_what_names_what_it_owns(
    signed_in, observer, plan, stocktake
):
    interpol = Instrument.objects.get(slug="interpol")
    base = Instrument.objects.create(
        slug="base", name="Base", kind="database", owner=interpol
    )
    plan.commitments.get(code="2.1").instruments.add(base)
    for slug, expected in (("interpol", {"1.2.2", "2.1"}), ("base", {"2.1"})):
        answer = signed_in(observer).get(f"{MATRIX}?instrument={slug}")
        assert {name.split(", ")[1] for name in cells_of(answer)} == expected


def test_members_can_be_picked(signed_in, observer, plan, stocktake):
    answer = signed_in(observer).get(f"{MATRIX}?member=JP&member=EU")
    found = {name.split(", ")[0] for name in cells_of(answer)}
    assert found == {"Japan", "European Union"}


def test_a_status_shows_its_rows_and_sets_the_rest_of_them_aside(
    signed_in, observer, reported
):
    reported(status="limited")
    answer = signed_in(observer).get(f"{MATRIX}?status=limited")
    assert {name.split(", ")[1] for name in cells_of(answer)} == {"1.2.2"}
    assert "cell-aside" not in classes_of(answer, "Japan, 1.2.2")
    assert "cell-aside" in classes_of(answer, "France, 1.2.2")
    # The totals count the row shown, and no other.
    assert total_of(answer, "No released entry").startswith("7 ")
    assert total_of(answer, "Limited progress").startswith("1 ")


def test_the_status_filter_cannot_find_what_the_reader_may_not_see(
    signed_in, officer_fr, reported
):
    reported(status="limited", handling=Handling.AMBER)
    answer = signed_in(officer_fr).get(f"{MATRIX}?status=limited")
    assert cells_of(answer) == {}


def test_filters_in_use_are_chips_that_keep_the_rest(signed_in, observer, reported):
    reported(is_at_risk=True)
    html = html_of(
        signed_in(observer).get(f"{MATRIX}?at_risk=yes&member=JP&view=detailed")
    )
    chips = html.split('class="chips"')[1].split("</ul>")[0]
    assert 'href="?member=JP&amp;view=detailed"' in chips
    assert 'href="?at_risk=yes&amp;view=detailed"' in chips
    assert 'href="?view=detailed"' in chips


def test_a_file_leaves_out_what_the_filters_set_aside(signed_in, observer, reported):
    reported(is_at_risk=True)
    url = f"{MATRIX}?at_risk=yes&silent=&format=csv"
    [row] = rows(lines_of(signed_in(observer).get(url)))
    assert row["Japan"] == "Substantial progress, at risk"
    assert row["France"] == ""


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("action=9", "This plan has no “9”. Choose"),
        ("member=XX", "This plan has no “XX”. Choose"),
        ("instrument=nothing", "This plan has no “nothing”. Choose"),
        ("status=splendid", "This plan has no “splendid”. Choose"),
        ("sub_area=1.9", "This plan has no “1.9”. Choose"),
        ("state=published", "There is no choice “published”. Choose"),
        ("change=sideways", "There is no choice “sideways”. Choose"),
        ("age=old", "There is no choice “old”. Choose"),
        ("at_risk=1", "There is no choice “1”. Choose"),
        ("late=no", "There is no choice “no”. Choose"),
        ("silent=on", "There is no choice “on”. Choose"),
        ("view=tiny", "There is no choice “tiny”. Choose"),
        ("at=25.13.2017", "Write the day as year-month-day"),
        ("at=0001-01-01", "That day is out of range"),
        ("known_at=yesterday", "Write the time as in 2017-05-20T12:00"),
        ("known_at=9999-12-31T23:59:59-12:00", "That instant is out of range"),
        ("known_at=0001-01-01T00:00:00%2B12:00", "That instant is out of range"),
        ("at=2199-12-31", "This day is in the future. Today is"),
        ("known_at=2199-12-31T00:00:00Z", "This instant is in the future."),
        ("known_at=2017-05-20T12:00:00.5Z", "Write whole seconds"),
        ("known_at=2017-05-20T12:00:00.0000001Z", "Write whole seconds"),
    ],
)
def test_a_value_that_means_nothing_is_refused_in_words(
    signed_in, observer, plan, stocktake, query, words
):
    answer = signed_in(observer).get(f"{MATRIX}?{query}")
    assert answer.status_code == 400
    assert words in words_of(answer)
    assert cells_of(answer) == {}


def test_the_clocks_turn_back_what_was_true_and_what_was_known(
    signed_in, observer, reported, now
):
    reported(
        status="limited",
        as_of=now.date() - timedelta(days=50),
        published_at=now - timedelta(days=40),
    )
    reported(
        status="implemented",
        as_of=now.date() - timedelta(days=30),
        published_at=now - timedelta(days=20),
    )
    browser = signed_in(observer)

    def cell(**clocks):
        return cells_of(browser.get(MATRIX, clocks))["Japan, 1.2.2"]

    assert cell().startswith("Implemented")

    def ago(days: int) -> datetime:
        instant: datetime = now - timedelta(days=days)
        return instant.replace(microsecond=0)

    assert cell(at=ago(35).date()).startswith("Limited")
    assert cell(known_at=ago(30).isoformat()).startswith("Limited")
    assert cell(known_at=ago(45).isoformat()) == "No released entry"
    # Both clocks, apart: what was true then, as it is known later.
    assert cell(at=ago(29).date()).startswith("Limited")
    apart = {"at": ago(29).date(), "known_at": ago(1).isoformat()}
    assert cell(**apart).startswith("Implemented")


@pytest.fixture
def earlier(plan, coordinator, second_reviewer, now):
    """A stocktake before the open one, from 90 to 60 days ago."""
    return make_stocktake(
        plan,
        by=coordinator,
        second_reviewer=second_reviewer,
        slug="earlier",
        opened_at=now - timedelta(days=90),
        closed_at=now - timedelta(days=60),
        closed_by=coordinator,
    )


@pytest.fixture
def reported_twice(reported, earlier, now):
    """At risk in both stocktakes, with another status in each."""
    for stocktake, status, days in [(earlier, "limited", 80), (None, "implemented", 9)]:
        instant = now - timedelta(days=days)
        fields = {"stocktake": stocktake} if stocktake else {}
        reported(
            status=status,
            as_of=instant.date(),
            submitted_at=instant,
            published_at=instant,
            is_at_risk=True,
            **fields,
        )


def test_one_day_moves_both_clocks_and_the_stocktake(
    signed_in, observer, reported_twice, now
):
    """Header, totals and marks are those of the stocktake in hand on the day."""
    browser = signed_in(observer)
    for days, title, status, label in [
        (0, "Stocktake first", "Implemented", "Implemented"),
        (70, "Stocktake earlier", "Limited", "Limited progress"),
        (30, "Stocktake earlier", "Limited", "Limited progress"),
    ]:
        day = (now - timedelta(days=days)).date()
        answer = browser.get(MATRIX, {"at": day})
        shown = words_of(answer)
        assert title in shown
        assert cells_of(answer)["Japan, 1.2.2"].startswith(status)
        assert total_of(answer, label).startswith("1 ")
        assert total_of(answer, "At risk in this stocktake").startswith("1 ")
        assert (", as known at the end of that day in UTC" in shown) == bool(days)


def test_the_page_counts_in_the_stocktake_and_in_all(
    signed_in, observer, reported, earlier, now
):
    """No entry of this stocktake, and one at risk from before."""
    reported(stocktake=earlier, is_at_risk=True)
    answer = signed_in(observer).get(MATRIX)
    assert total_of(answer, "At risk in this stocktake").startswith("0 ")
    assert total_of(answer, "At risk in all").startswith("1 ")
    assert total_of(answer, "No update").startswith("1 ")
    shown = words_of(answer)
    assert "Totals of the rows shown" in shown
    assert "In all, with the last entries from before" in shown


def test_an_expert_can_separate_the_clocks(signed_in, observer, reported_twice, now):
    """What was true 70 days ago, as it is known now."""
    browser = signed_in(observer)
    known_at = (now - timedelta(days=1)).replace(microsecond=0)
    clocks = {"at": (now - timedelta(days=70)).date(), "known_at": known_at.isoformat()}
    answer = browser.get(MATRIX, clocks)
    assert cells_of(answer)["Japan, 1.2.2"].startswith("Limited")
    assert f"{known_at:%H:%M:%S UTC}" in words_of(answer)
    separate = html_of(answer).split("As known at another time")[0].rsplit("<", 2)[1]
    assert separate.startswith('details class="clocks-more" open')


def test_an_instant_before_the_stocktake_of_the_day_is_refused_in_words(
    signed_in, observer, plan, reported_twice, now
):
    known_at = (now - timedelta(days=70)).replace(microsecond=0)
    clocks = {"at": now.date(), "known_at": known_at.isoformat()}
    for url in (
        MATRIX,
        f"/plans/{plan.slug}/commitments/1.2.2/",
        f"/plans/{plan.slug}/commitments/1.2.2/JP/",
    ):
        answer = signed_in(observer).get(url, clocks)
        assert answer.status_code == 400
        assert "Stocktake first had not opened by then. It opened on" in words_of(
            answer
        )


@pytest.mark.parametrize("page", ["1.2.2/", "1.2.2/JP/"])
def test_a_commitment_and_a_timeline_look_back_by_the_same_form(
    signed_in, observer, plan, reported_twice, now, page
):
    url = f"/plans/{plan.slug}/commitments/{page}"
    browser = signed_in(observer)
    day = (now - timedelta(days=70)).date()
    shown = words_of(browser.get(url, {"at": day}))
    assert "Limited progress" in shown
    assert "Implemented" not in shown.replace(SCALE_OF_THE_LINE, "")
    assert "Stocktake earlier" in shown
    assert "no update" not in shown
    for query, words in [
        ("at=2199-12-31", "This day is in the future. Today is"),
        ("known_at=2017-05-20T12:00:00.5Z", "Write whole seconds"),
    ]:
        answer = browser.get(f"{url}?{query}")
        assert answer.status_code == 400
        assert words in words_of(answer)


def test_below_amber_no_position_is_called_not_reported_not_even_in_a_mark(
    signed_in, observer, assessor, former_coordinator, officer_fr, plan, reported
):
    reported(handling=Handling.AMBER)
    of_japan = [
        f"{MATRIX}?member=JP",
        f"{MATRIX}?member=JP&at={plan.adopted_on}",
        f"/plans/{plan.slug}/commitments/1.2.2/JP/",
    ]
    of_all = ["/", MATRIX, f"/plans/{plan.slug}/commitments/1.2.2/"]
    # A delegation reads all of its own entries, and its column says so.
    explained = "<dt>Not reported</dt>"
    for reader, urls in [
        (observer, of_japan + of_all),
        (assessor, of_japan + of_all),
        (former_coordinator, of_japan),
        (officer_fr, of_japan),
    ]:
        for url in urls:
            html = html_of(signed_in(reader).get(url)).replace(explained, "")
            assert "Not reported" not in html, url
    assert "No released entry: 4" in html_of(signed_in(observer).get(MATRIX))


def test_lead_authority_and_target_date_show_where_something_is_released(
    signed_in, observer, officer_fr, officer_jp, coordinator, plan, reported, jp_122
):
    set_lead_and_target(jp_122, "Police Agency", date(2027, 5, 1))
    commitment = f"/plans/{plan.slug}/commitments/1.2.2/"
    amber = reported(handling=Handling.AMBER)

    def shown(reader) -> set[bool]:
        pages = [
            words_of(signed_in(reader).get(url))
            for url in (commitment, f"{commitment}JP/")
        ]
        return {word in page for page in pages for word in ("Police Agency", "1 May")}

    assert shown(observer) == shown(officer_fr) == {False}
    assert shown(officer_jp) == shown(coordinator) == {True}
    reported(kind="correction", supersedes=amber, reason="It can be released.")
    assert shown(observer) == shown(officer_fr) == {True}


def test_before_the_first_summit_nothing_is_older_than_one(
    signed_in, observer, reported, now
):
    reported()
    browser = signed_in(observer)
    explained = "was published after the last summit"
    assert explained in words_of(browser.get(MATRIX))
    assert explained not in words_of(browser.get(f"{MATRIX}?at=2016-01-01"))


def test_a_look_back_says_so_and_shows_no_states(signed_in, officer_jp, reported, now):
    reported(state=State.DRAFT)
    day = (now - timedelta(days=1)).date()
    answer = signed_in(officer_jp).get(f"{MATRIX}?at={day}")
    assert cells_of(answer)["Japan, 1.2.2"] == "Not reported"
    assert "Back to now" in words_of(answer)


def test_the_rights_are_those_of_today_whatever_the_clock_says(
    signed_in, former_coordinator, reported, now
):
    """Canada had the chair then, but may no longer read amber entries of that time."""
    instant = (now - timedelta(days=200)).replace(microsecond=0)
    reported(
        handling=Handling.AMBER,
        as_of=instant.date(),
        submitted_at=instant,
        published_at=instant,
    )
    answer = signed_in(former_coordinator).get(
        MATRIX, {"known_at": instant.isoformat()}
    )
    assert cells_of(answer)["Japan, 1.2.2"] == "No released entry"
