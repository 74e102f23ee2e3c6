"""Tests of the review page: entries to review, and one number for all others."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Presidency
from progress.models import Round, State
from tests.factories import make_entry, member_commitment_of
from tests.progress.editing import page, typed


@pytest.fixture
def entry_of(plan, officer_jp, stocktake):
    def make(member, code, state=State.SUBMITTED, **fields):
        theirs = member_commitment_of(plan, code, member)
        values = {"by": officer_jp, "state": state, "stocktake": stocktake, **fields}
        return make_entry(theirs, **values)

    return make


@pytest.fixture
def browser(signed_in, coordinator):
    return signed_in(coordinator)


def heads_of(shown: str) -> list[str]:
    """Return the member and the code of each entry, without the short title."""
    found = re.findall(r'<h2 id="entry-[^"]+">(.*?</span>).*?</h2>', shown)
    return [re.sub(r"<[^>]+>", "", head) for head in found]


def coverage_of(shown: str, member: str) -> list[str]:
    row = re.search(rf'<th scope="row">{member}</th>(.*?)</tr>', shown, re.DOTALL)
    assert row
    return re.findall(r'<td class="number">(.*?)</td>', row[1])


def test_submitted_entries_wait_with_their_differences(browser, entry_of):
    entry_of("JP", "1.2.1", State.PUBLISHED, narrative="Two bureaus.")
    entry_of("JP", "1.2.1", narrative="Four bureaus.")
    shown = page(browser.get("/review/"))
    assert heads_of(shown) == ["Japan 1.2.1"]
    assert ">Two<" in shown[shown.index("<del>") : shown.index("</del>")]


def test_late_entry_is_marked(browser, entry_of, stocktake):
    stocktake.due_at = datetime.now(UTC) - timedelta(days=3)
    stocktake.save()
    entry_of("JP", "1.2.1")
    assert "tag-late" in page(browser.get("/review/"))


def test_queue_can_be_narrowed_to_a_member(browser, entry_of):
    entry_of("JP", "1.2.1")
    entry_of("FR", "1.2.1")
    entry_of("FR", "2.1")
    shown = page(browser.get("/review/", {"member": "FR"}))
    assert heads_of(shown) == ["France 1.2.1", "France 2.1"]
    assert "?member=JP" in shown
    assert len(heads_of(page(browser.get("/review/", {"member": "XX"})))) == 3


def test_chairs_own_entries_are_not_its_coordinators_to_review(
    browser, signed_in, second_reviewer, entry_of, chair
):
    entry_of("JP", "1.2.1")
    entry_of(chair, "1.2.1")
    assert heads_of(page(browser.get("/review/"))) == ["Japan 1.2.1"]
    theirs = page(signed_in(second_reviewer).get("/review/"))
    assert heads_of(theirs) == ["Italy 1.2.1"]


def test_before_submission_the_presidency_sees_one_number_a_member(browser, entry_of):
    entry_of("JP", "1.1.1", State.DRAFT, narrative="Secret draft.")
    entry_of("JP", "1.2.1", State.IN_CLEARANCE, narrative="Secret in clearance.")
    entry_of("JP", "1.2.2", State.SUBMITTED)
    entry_of("JP", "2.1", State.PUBLISHED)
    shown = page(browser.get("/review/"))
    assert coverage_of(shown, "Japan") == ["2 of 4", "1", "1", "0"]
    assert coverage_of(shown, "France") == ["4 of 4", "0", "0", "0"]
    for hidden in ("Secret", "In clearance", "Drafting", "tag-draft"):
        assert hidden not in shown


def test_drafting_changes_nothing_the_presidency_sees(browser, entry_of):
    before = page(browser.get("/review/"))
    entry_of("JP", "1.1.1", State.DRAFT)
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    after = page(browser.get("/review/"))
    assert token.sub("", after) == token.sub("", before)


def test_second_reviewer_sees_no_numbers_of_members(
    signed_in, second_reviewer, stocktake
):
    shown = page(signed_in(second_reviewer).get("/review/"))
    assert "Not yet with the Presidency" not in shown


def test_returned_text_stays_as_it_was_submitted(
    browser, signed_in, officer_jp, entry_of
):
    said = {"narrative": "As submitted.", "as_of": date(2026, 2, 3), "evidence": 1}
    entry = entry_of("JP", "1.2.1", **said)
    sent = {"version": 1, "reason": "Which year?"}
    answer = browser.post(f"/entries/{entry.pk}/return/", sent, follow=True)
    assert "The entry is returned to its delegation." in page(answer)
    signed_in(officer_jp).post(
        f"/entries/{entry.pk}/edit/", typed(version=2, narrative="Rewritten since.")
    )
    shown = page(browser.get("/review/"))
    assert "Returned entries, not sent again yet" in shown
    assert "Which year?" in shown
    assert "As submitted." in shown
    assert "as of 3 Feb 2026" in shown
    assert shown.count('href="https://example.org/report"') == 1
    assert "Rewritten since." not in shown
    assert f'"/entries/{entry.pk}/"' not in shown
    assert f'"/entries/{entry.pk}/returns/"' in shown


def test_entry_that_came_again_shows_its_rounds(browser, entry_of, coordinator):
    entry = entry_of("JP", "1.2.1", narrative="Second try.")
    Round.objects.create(
        entry=entry,
        number=1,
        reason="Which year?",
        text={"narrative": "First try.", "status": "limited", "is_at_risk": False},
        returned_at=datetime.now(UTC),
        returned_by=coordinator,
    )
    shown = page(browser.get("/review/"))
    assert "First try." in shown
    assert "Returned entries, not sent again yet" not in shown


def test_publishing_comes_back_to_the_queue(browser, entry_of):
    entry = entry_of("JP", "1.2.1")
    answer = browser.post(f"/entries/{entry.pk}/publish/", {"version": 1}, follow=True)
    assert answer.redirect_chain == [("/review/", 302)]
    assert "The entry is published." in page(answer)
    assert "No entries are waiting for review" in page(answer)


@pytest.mark.parametrize(
    "who",
    [
        "officer_jp", "head_jp", "contributor_jp", "officer_of_the_chair",
        "former_coordinator", "observer", "assessor", "administrator",
    ],
)  # fmt: skip
def test_page_is_for_reviewers_alone(request, signed_in, stocktake, who):
    browser = signed_in(request.getfixturevalue(who))
    assert browser.get("/review/").status_code == 404
    assert 'href="/review/"' not in page(browser.get("/"))


def test_reviewers_are_led_to_it(browser, signed_in, second_reviewer, stocktake):
    assert 'href="/review/"' in page(browser.get("/"))
    assert 'href="/review/"' in page(signed_in(second_reviewer).get("/"))


def test_after_handover_the_queue_is_the_next_chairs(
    browser, signed_in, former_coordinator, entry_of
):
    entry_of("JP", "1.2.1")
    now = datetime.now(UTC)
    Presidency.objects.all().delete()
    Presidency.objects.create(
        member_id="CA",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(days=1),
    )
    assert browser.get("/review/").status_code == 404
    shown = page(signed_in(former_coordinator).get("/review/"))
    assert heads_of(shown) == ["Japan 1.2.1"]


def test_number_of_queries_does_not_grow_with_the_entries(
    browser, entry_of, django_assert_num_queries
):
    entry_of("JP", "1.2.1", State.PUBLISHED, evidence=1)
    entry_of("JP", "1.2.1", evidence=1)
    with django_assert_num_queries(10):
        browser.get("/review/")
    for member in ("FR", "DE", "US"):
        for code in ("1.1.1", "1.2.1", "1.2.2", "2.1"):
            entry_of(member, code, State.PUBLISHED, evidence=2)
            entry_of(member, code, evidence=2)
    with django_assert_num_queries(10):
        browser.get("/review/")


def test_the_queue_has_pages(browser, entry_of, monkeypatch):
    monkeypatch.setattr("progress.views.batches.PAGE_SIZE", 2)
    for member in ("JP", "FR", "US"):
        entry_of(member, "1.2.1")
    away = entry_of("DE", "2.1")
    sent = {"version": 1, "reason": "Which year?"}
    browser.post(f"/entries/{away.pk}/return/", sent)
    first, second = (page(browser.get("/review/", {"page": n})) for n in (1, 2))
    assert heads_of(first) == ["France 1.2.1", "Japan 1.2.1"]
    assert heads_of(second) == ["United States 1.2.1"]
    assert "Returned entries, not sent again yet" not in first
    assert "Which year?" in second
    for shown in (first, second):
        assert "Choose all on this page" in shown
        assert "All members" in shown
        assert "No entries are waiting" not in shown
    chosen = page(browser.get("/review/", {"page": 2, "choose": "all"}))
    assert chosen.count(" checked>") == 1
    assert "page=1" in chosen[chosen.index('class="pager"') :]


def test_a_page_of_returned_entries_alone_does_not_say_that_none_wait(
    browser, entry_of, monkeypatch
):
    monkeypatch.setattr("progress.views.batches.PAGE_SIZE", 1)
    away, _waiting = entry_of("DE", "2.1"), entry_of("JP", "1.2.1")
    sent = {"version": 1, "reason": "Which year?"}
    browser.post(f"/entries/{away.pk}/return/", sent)
    shown = page(browser.get("/review/", {"page": 2}))
    assert heads_of(shown) == []
    assert "Which year?" in shown
    assert "No entries are waiting" not in shown
