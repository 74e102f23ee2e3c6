"""Tests of the timeline of one member commitment."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from progress.entries.changes import changes_of
from progress.models import Entry, State
from tests.factories import (
    assign,
    make_user,
    member_commitment_of,
    set_lead_and_target,
)
from tests.progress.reading import html_of, words_in, words_of


def test_entries_stand_newest_first_and_the_position_is_named(
    signed_in, observer, timeline_url, reported, now
):
    reported(narrative="The earlier.", as_of=now.date() - timedelta(days=60))
    reported(narrative="The later.", as_of=now.date() - timedelta(days=10))
    shown = words_of(signed_in(observer).get(timeline_url))
    assert shown.index("The later.") < shown.index("The earlier.")
    assert shown.count(" Current ") == 1
    assert shown.index(" Current ") < shown.index("The later.")


def test_of_two_of_one_day_and_instant_the_later_in_the_ledger_stands(
    signed_in, observer, officer_jp, head_jp, timeline_url, reported, now
):
    same = {"as_of": now.date(), "published_at": now}
    reported(id=UUID(int=2), narrative="Recorded first.", **same)
    reported(id=UUID(int=1), narrative="Recorded second.", **same)
    shown = words_of(signed_in(observer).get(timeline_url))
    assert shown.index(" Current ") < shown.index("Recorded second.")
    assert shown.index("Recorded second.") < shown.index("Recorded first.")
    # What comes next is also compared with what is published.
    waiting = reported(state=State.IN_CLEARANCE, narrative="Anew.")
    (change,) = changes_of([waiting], reader=head_jp, at=now + timedelta(hours=1))
    assert change.base is not None
    assert change.base.narrative == "Recorded second."


def test_what_was_corrected_stands_struck_out_under_its_correction(
    signed_in, observer, timeline_url, reported, amend
):
    first = reported(narrative="In 2017.")
    amend(first, Entry.Kind.CORRECTION, narrative="In 2018.")
    html = html_of(signed_in(observer).get(timeline_url))
    shown = words_in(html)
    assert "Correction: The year was wrong." in shown
    details = html.split('<details class="replaced">')[1].split("</details>")[0]
    assert "In 2017." in details
    assert "<del>" in details
    assert "In 2018." not in details


def test_a_withdrawal_says_why_and_the_earlier_entry_shows_again(
    signed_in, observer, timeline_url, reported, amend, now
):
    reported(narrative="The earlier.", as_of=now.date() - timedelta(days=60),
          published_at=now - timedelta(days=9))  # fmt: skip
    later = reported(narrative="The later.", published_at=now - timedelta(days=8))
    amend(later, Entry.Kind.WITHDRAWAL, reason="It was another programme.")
    shown = words_of(signed_in(observer).get(timeline_url))
    assert "Withdrawn. It was another programme." in shown
    assert "Reinstated: a later entry was withdrawn" in shown
    assert shown.index("Reinstated:") < shown.index("The earlier.")
    assert shown.count(" Current ") == 1


def test_the_delegation_finds_what_is_at_work_with_the_way_to_it(
    signed_in, officer_jp, timeline_url, reported
):
    draft = reported(state=State.DRAFT)
    answer = signed_in(officer_jp).get(timeline_url)
    assert "In progress" in words_of(answer)
    assert "written by Officer JP" in words_of(answer)
    assert f'href="/entries/{draft.pk}/edit/"' in html_of(answer)
    # One update at a time.
    assert "Write an update" not in words_of(answer)


def test_an_update_can_be_begun_where_none_is_at_work(
    signed_in, officer_jp, contributor_jp, timeline_url, reported
):
    reported()
    for writer in (officer_jp, contributor_jp):
        answer = signed_in(writer).get(timeline_url)
        assert f'href="{timeline_url}entries/new/"' in html_of(answer)


def test_whoever_may_not_write_is_offered_nothing(
    signed_in, officer_fr, coordinator, observer, timeline_url, reported
):
    reported()
    for reader in (officer_fr, coordinator, observer):
        answer = signed_in(reader).get(timeline_url)
        for words in ("/entries/new/", "/edit/", "/contributors/", "Can write"):
            assert words not in html_of(answer)


def test_a_contributor_of_another_commitment_is_offered_nothing(
    signed_in, timeline_url, reported, plan
):
    contributor = make_user(Role.CONTRIBUTOR, member="JP")
    assign(contributor, member_commitment_of(plan, "1.1.1", "JP"))
    reported(state=State.DRAFT)
    html = html_of(signed_in(contributor).get(timeline_url))
    assert "/edit/" not in html
    assert "/entries/new/" not in html


def test_the_delegation_reads_who_is_responsible_and_who_may_write(
    signed_in, officer_jp, contributor_jp, jp_122, timeline_url, stocktake, now
):
    set_lead_and_target(jp_122, "National Police Agency", now.date())
    answer = signed_in(officer_jp).get(timeline_url)
    shown = words_of(answer)
    for words in ("National Police Agency", "contributors: Contributor JP"):
        assert words in shown
    assert f'href="{timeline_url}contributors/"' in html_of(answer)


def test_nobody_else_reads_who_may_write(
    signed_in, officer_fr, contributor_jp, timeline_url, stocktake
):
    assert "Contributor JP" not in words_of(signed_in(officer_fr).get(timeline_url))


def test_the_presidency_finds_what_is_submitted_and_no_names(
    signed_in, coordinator, timeline_url, reported
):
    reported(state=State.SUBMITTED)
    shown = words_of(signed_in(coordinator).get(timeline_url))
    assert "In progress As of" in shown
    assert "With the Presidency" in shown
    assert "Officer JP" not in shown


def test_discarded_drafts_stay_readable_at_home(
    signed_in, officer_jp, timeline_url, reported
):
    reported(state=State.DISCARDED)
    assert "1 discarded draft" in words_of(signed_in(officer_jp).get(timeline_url))


def test_a_look_back_shows_what_stood_then_and_nothing_at_work(
    signed_in, officer_jp, timeline_url, reported, now
):
    reported(
        narrative="The earlier.",
        as_of=now.date() - timedelta(days=60),
        published_at=now - timedelta(days=50),
    )
    reported(narrative="The later.")
    reported(state=State.DRAFT)
    day = now.date() - timedelta(days=30)
    shown = words_of(signed_in(officer_jp).get(f"{timeline_url}?at={day}"))
    assert "Current at that date" in shown
    assert "The earlier." in shown
    assert "The later." not in shown
    assert "In progress" not in shown


# ---- Pages ---------------------------------------------------------------------------


@pytest.fixture
def many(reported, now, monkeypatch):
    """Five published entries, the newest first, on pages of two."""
    monkeypatch.setattr("progress.positions.timeline.PAGE_SIZE", 2)
    days = [now.date() - timedelta(days=number) for number in range(1, 6)]
    return [reported(as_of=day, narrative=f"Written for {day}.") for day in days]


def test_every_entry_is_on_one_page(signed_in, observer, timeline_url, many):
    browser = signed_in(observer)
    found = []
    for number in (1, 2, 3):
        html = html_of(browser.get(f"{timeline_url}?page={number}"))
        found.append(re.findall(r'<li class="is-published" id="entry-([^"]+)"', html))
        assert f"Page {number} of 3" in html
    pks = [str(entry.pk) for entry in many]
    assert found == [pks[:2], pks[2:4], pks[4:]]
    # The entry that is the position is so on its page only.
    assert "Current" not in words_in(html.split('id="published"')[1])


def test_an_entry_leads_to_its_place_in_the_timeline(
    signed_in, observer, timeline_url, many, amend
):
    browser = signed_in(observer)
    amend(many[2], Entry.Kind.CORRECTION, as_of=many[2].as_of)
    for entry, page in ((many[0], 1), (many[2], 2), (many[3], 2), (many[4], 3)):
        detail = html_of(browser.get(f"/entries/{entry.pk}/"))
        link = f"{timeline_url}?entry={entry.pk}"
        assert f'href="{link}#entry-{entry.pk}"' in detail
        html = html_of(browser.get(link))
        assert f"Page {page} of 3" in html
        assert html.count(f'id="entry-{entry.pk}"') == 1


def test_an_entry_that_is_not_there_leads_to_the_first_page(
    signed_in, observer, officer_jp, timeline_url, many, reported
):
    draft = reported(state=State.DRAFT)
    for entry in (draft.pk, UUID(int=1), "\x7f", ""):
        for reader in (observer, officer_jp):
            html = html_of(signed_in(reader).get(timeline_url, {"entry": entry}))
            assert "Page 1 of 3" in html


def test_a_look_back_is_kept_from_page_to_page(
    signed_in, observer, timeline_url, many, reported, now
):
    day = many[1].as_of
    reported(as_of=day, narrative="Published later.")
    html = html_of(signed_in(observer).get(f"{timeline_url}?at={now.date()}"))
    assert f"?at={now.date()}&amp;page=2" in html


def test_what_is_in_progress_is_on_the_first_page_and_known_on_all(
    signed_in, officer_jp, timeline_url, many, reported
):
    reported(state=State.DRAFT)
    browser = signed_in(officer_jp)
    assert "In progress" in words_of(browser.get(timeline_url))
    second = words_of(browser.get(f"{timeline_url}?page=2"))
    assert "In progress" not in second
    # One update at a time.
    assert "Write an update" not in second


def test_a_page_reads_the_texts_that_it_shows(
    signed_in, officer_jp, timeline_url, many, reported
):
    browser = signed_in(officer_jp)

    def read() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            html = html_of(browser.get(timeline_url))
        return len(queries), html.count("<h3 class")

    before = read()
    for number in range(20, 26):
        reported(as_of=many[0].as_of - timedelta(days=number), evidence=1)
    assert read() == before
    assert before[0] <= 12


def test_a_look_back_shows_the_lead_authority_known_then(
    signed_in, observer, timeline_url, plan, reported, jp_122, now
):
    long_ago = now - timedelta(days=60)
    reported(as_of=long_ago.date(), published_at=long_ago)
    set_lead_and_target(jp_122, "Police", at=now - timedelta(days=90))
    set_lead_and_target(jp_122, "Customs", at=now - timedelta(days=10))
    browser = signed_in(observer)
    back = f"?at={(now - timedelta(days=20)).date()}"
    for url in (timeline_url, f"/plans/{plan.slug}/commitments/1.2.2/"):
        assert "Customs" in words_of(browser.get(url))
        assert "Police" not in words_of(browser.get(url))
        assert "Police" in words_of(browser.get(url + back))
        assert "Customs" not in words_of(browser.get(url + back))
