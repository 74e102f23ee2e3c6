"""Tests of what a delegation reads about who can clear an entry, and who cannot."""

import pytest

from accounts.models import Member, Role
from progress.actions.drafting import add_author
from progress.models import EntryAuthor, State
from tests.factories import make_entry, make_user
from tests.progress.editing import new_url, page, typed

WARNING = "If you change or confirm this entry, you cannot clear it"
OWN_WORDS = "You changed this entry, so you cannot clear it"
NO_OTHER = "No other head of your delegation can clear it."
NO_HEAD = "No head of your delegation can clear it, because each of them changed it."


@pytest.fixture
def ada(members):
    return make_user(Role.HEAD, member="JP", name="Ada of Japan")


@pytest.fixture
def draft(jp_122, officer_jp):
    return make_entry(jp_122, by=officer_jp)


@pytest.fixture
def in_clearance(reported, head_jp, now):
    """An entry that an officer wrote and Japan's head changed."""
    entry = reported(state=State.IN_CLEARANCE)
    add_author(entry, by=head_jp, at=now)
    return entry


def edit_url(entry):
    return f"/entries/{entry.pk}/edit/"


def test_a_head_is_warned_before_they_edit_and_reads_who_can_clear(
    signed_in, head_jp, ada, draft, plan
):
    for url in (edit_url(draft), new_url(plan)):
        shown = page(signed_in(head_jp).get(url))
        assert WARNING in shown
        assert "Ada of Japan can clear it." in shown


def test_the_only_head_reads_what_to_do_instead_of_editing(signed_in, head_jp, draft):
    shown = page(signed_in(head_jp).get(edit_url(draft)))
    assert WARNING in shown
    assert f"{NO_OTHER} Leave the change to an officer" in shown


def test_a_head_who_changed_it_reads_who_can_clear(signed_in, head_jp, ada, draft, now):
    browser = signed_in(head_jp)
    assert browser.post(edit_url(draft), typed(1, act="save")).status_code == 302
    assert EntryAuthor.objects.filter(entry=draft, user=head_jp).exists()
    shown = page(browser.get(edit_url(draft)))
    assert OWN_WORDS in shown
    assert WARNING not in shown
    assert "Ada of Japan can clear it." in shown


def test_an_officer_reads_who_can_clear_and_what_to_do_if_nobody_can(
    signed_in, officer_jp, head_jp, draft, now
):
    browser = signed_in(officer_jp)
    assert "Head JP can clear it." in page(browser.get(edit_url(draft)))
    add_author(draft, by=head_jp, at=now)
    shown = page(browser.get(edit_url(draft)))
    assert f"{NO_HEAD} A head can name an acting head" in shown


def test_a_delegation_without_a_head_reads_that(signed_in, officer_jp, draft):
    shown = page(signed_in(officer_jp).get(edit_url(draft)))
    assert "Your delegation has no head who can clear it." in shown


def test_nothing_is_said_where_the_member_skips_clearance(
    signed_in, head_jp, ada, draft
):
    Member.objects.filter(code="JP").update(skips_clearance=True)
    shown = page(signed_in(head_jp).get(edit_url(draft)))
    assert WARNING not in shown
    assert "can clear it" not in shown


def test_a_head_is_warned_before_they_begin_a_correction(
    signed_in, head_jp, ada, reported
):
    entry = reported()
    for verb in ("correct", "withdraw"):
        shown = page(signed_in(head_jp).get(f"/entries/{entry.pk}/{verb}/"))
        assert WARNING in shown
        assert "Ada of Japan can clear it." in shown


def test_a_refused_clearance_says_who_can(signed_in, head_jp, ada, in_clearance):
    browser, url = signed_in(head_jp), f"/entries/{in_clearance.pk}/clear/"
    for answer in (browser.get(url), browser.post(url, {"version": 1})):
        assert answer.status_code == 403
        shown = page(answer)
        assert f"{OWN_WORDS}. Ada of Japan can clear it." in shown
    in_clearance.refresh_from_db()
    assert in_clearance.state == State.IN_CLEARANCE


def test_the_pages_of_clearance_say_who_can(signed_in, head_jp, ada, in_clearance):
    browser = signed_in(head_jp)
    for url in ("/clearance/", f"/entries/{in_clearance.pk}/"):
        shown = page(browser.get(url))
        assert OWN_WORDS in shown
        assert "Ada of Japan can clear it." in shown
        assert f"/entries/{in_clearance.pk}/clear/" not in shown


def test_nobody_outside_the_delegation_reads_who_can_clear(
    signed_in, coordinator, officer_fr, reported, ada
):
    entry = reported(state=State.SUBMITTED)
    for person in (coordinator, officer_fr):
        assert "Ada of Japan" not in page(
            signed_in(person).get(f"/entries/{entry.pk}/")
        )


def test_a_colleagues_save_of_what_is_there_adds_nobody(
    signed_in, head_jp, officer_jp, draft
):
    """Also after a conflict: what was merged may be what is saved already."""
    browser = signed_in(officer_jp)
    browser.post(edit_url(draft), typed(1, act="save"))
    same = typed(2, act="save")
    same["evidence-1-id"] = ""
    assert signed_in(head_jp).post(edit_url(draft), same).status_code == 302
    draft.refresh_from_db()
    assert (draft.version, draft.written_by) == (2, officer_jp)
    assert not EntryAuthor.objects.filter(user=head_jp).exists()


def test_queries_of_the_clearance_page_do_not_grow_with_own_entries(
    signed_in, head_jp, plan, reported, django_assert_max_num_queries, now, officer_jp
):
    browser = signed_in(head_jp)
    add_author(reported(state=State.IN_CLEARANCE), by=head_jp, at=now)
    with django_assert_max_num_queries(11):
        browser.get("/clearance/")
    for mine in plan.commitments.get(code="1.1.1").member_commitments.filter(
        member="JP"
    ):
        make_entry(mine, by=head_jp, state=State.IN_CLEARANCE)
    with django_assert_max_num_queries(11):
        browser.get("/clearance/")
