"""Tests of two officers at one draft: the second sees both texts, and a merged one."""

import html
import re

import pytest

from accounts.models import Role
from progress.models import Entry, State
from tests.factories import add_evidence, make_entry, make_user, member_commitment_of
from tests.progress.editing import page, typed


@pytest.fixture
def draft(plan, officer_jp, stocktake):
    return make_entry(
        member_commitment_of(plan, "1.2.1", "JP"),
        by=officer_jp,
        stocktake=stocktake,
        narrative="One.\r\n\r\nTwo.",
        next_steps="Then.",
        status="limited",
    )


@pytest.fixture
def url(draft):
    return f"/entries/{draft.pk}/edit/"


@pytest.fixture
def colleagues(signed_in, members):
    return signed_in(make_user(Role.OFFICER, member="JP", name="Colleague"))


def fields_of(answer) -> dict[str, str]:
    """Return the data that a page's editor sends, unchanged."""
    shown = page(answer)
    shown = shown[shown.index('id="editor"') :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", shown):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_chosen = attributes.get("type") not in {"radio", "checkbox"} or (
            " checked" in tag
        )
        if "name" in attributes and attributes.get("type") != "file" and is_chosen:
            found[attributes["name"]] = html.unescape(attributes.get("value", ""))
    for name, value in re.findall(
        r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', shown, re.DOTALL
    ):
        found[name] = html.unescape(value).lstrip("\r\n")
    return found


def conflict(browser, colleagues, url, mine, theirs):
    """Both open the editor; the colleague saves first."""
    opened = fields_of(browser.get(url))
    first = colleagues.post(url, {**fields_of(colleagues.get(url)), **theirs})
    assert first.status_code == 302
    return browser.post(url, {**opened, **mine})


def test_fields_that_one_of_them_changed_are_that_ones(browser, colleagues, url, draft):
    answer = conflict(
        browser,
        colleagues,
        url,
        mine={"narrative": "One.\n\nTwo, mine."},
        theirs={"next_steps": "Theirs, then.", "status": "substantial"},
    )
    assert answer.status_code == 409
    assert "Narrative: changed only in your version." in page(answer)
    assert "Next steps: changed only in the saved version." in page(answer)
    merged = fields_of(answer)
    assert merged["narrative"] == "One.\n\nTwo, mine."
    assert merged["next_steps"] == "Theirs, then."
    assert merged["status"] == "substantial"
    assert merged["version"] == "2"
    draft.refresh_from_db()
    assert draft.next_steps == "Theirs, then."
    assert draft.narrative == "One.\r\n\r\nTwo." or draft.narrative == "One.\n\nTwo."
    saved = browser.post(url, merged)
    assert saved.status_code == 302
    draft.refresh_from_db()
    assert (draft.narrative, draft.next_steps, draft.version) == (
        "One.\n\nTwo, mine.",
        "Theirs, then.",
        3,
    )


def test_a_field_that_both_changed_is_shown_twice_and_merged(browser, colleagues, url):
    answer = conflict(
        browser,
        colleagues,
        url,
        mine={"narrative": "One.\n\nTwo bureaus <b>here</b>."},
        theirs={"narrative": "One.\n\nTwo offices there."},
    )
    shown = page(answer)
    assert "Narrative: changed in both versions" in shown
    assert "Saved version" in shown
    assert "Your version" in shown
    assert "<b>here</b>" not in shown
    assert fields_of(answer)["narrative"] == (
        "One.\n\nTwo offices there.\n\nTwo bureaus <b>here</b>."
    )


def test_a_second_conflict_is_judged_by_the_first_merge(browser, colleagues, url):
    first = conflict(
        browser,
        colleagues,
        url,
        mine={"narrative": "Mine."},
        theirs={"next_steps": "Theirs."},
    )
    again = {**fields_of(colleagues.get(url)), "obstacles": "A new one."}
    colleagues.post(url, again)
    second = browser.post(url, fields_of(first))
    assert second.status_code == 409
    assert "Obstacles: changed only in the saved version." in page(second)
    assert "Narrative: changed only in your version." in page(second)
    merged = fields_of(second)
    assert (merged["narrative"], merged["obstacles"]) == ("Mine.", "A new one.")


def test_an_editor_without_marks_loses_nothing(browser, colleagues, url):
    colleagues.post(url, {**fields_of(colleagues.get(url)), "narrative": "Theirs."})
    answer = browser.post(url, typed(version=1, narrative="Mine."))
    assert answer.status_code == 409
    assert fields_of(answer)["narrative"] == "Theirs.\n\nMine."


def test_the_marks_are_of_what_is_saved_not_of_what_stands_in_the_editor(
    browser, colleagues, plan, officer_jp, stocktake
):
    """Started from a published text: compared with the draft, all of it is mine."""
    mine = member_commitment_of(plan, "1.2.1", "JP")
    published = make_entry(
        mine,
        by=officer_jp,
        state=State.PUBLISHED,
        narrative="Published words.",
        stocktake=stocktake,
    )
    draft = make_entry(mine, by=officer_jp, stocktake=stocktake)
    url = f"/entries/{draft.pk}/edit/"
    opened = fields_of(browser.get(f"{url}?from={published.pk}"))
    colleagues.post(url, {**fields_of(colleagues.get(url)), "obstacles": "New."})
    merged = fields_of(browser.post(url, opened))
    assert (merged["narrative"], merged["obstacles"]) == ("Published words.", "New.")


def test_what_was_typed_stays_where_the_entry_cannot_be_edited_any_more(
    browser, url, draft
):
    opened = fields_of(browser.get(url))
    Entry.objects.filter(pk=draft.pk).update(
        state=State.IN_CLEARANCE, version=2, narrative="Theirs."
    )
    answer = browser.post(url, {**opened, "narrative": "Mine."})
    assert answer.status_code == 409
    assert fields_of(answer)["narrative"] == "Mine."
    assert "Changes in each version" not in page(answer)


def test_a_file_sent_into_a_conflict_is_a_row_of_the_merge(browser, colleagues, url):
    colleagues.post(
        url,
        {
            **fields_of(colleagues.get(url)),
            "evidence-1-title": "Gazette",
            "evidence-1-citation": "No. 7",
        },
    )
    fields = {
        "evidence-1-title": "Mine",
        "evidence-1-url": "",
        "evidence-1-citation": "9",
    }
    answer = browser.post(url, typed(version=1, **fields))
    merged = fields_of(answer)
    titles = {value for name, value in merged.items() if name.endswith("-title")}
    assert {"Gazette", "Mine"} <= titles
    assert "sources added in either version are in the editor" in page(answer)


def test_the_page_of_a_conflict_asks_a_fixed_number_of_queries(
    browser, url, draft, officer_jp, django_assert_max_num_queries
):
    for position in range(20):
        add_evidence(draft, by=officer_jp, position=position)
    Entry.objects.filter(pk=draft.pk).update(version=2, narrative="Theirs.")
    sent = typed(version=1, narrative="Mine.")
    with django_assert_max_num_queries(25):
        assert browser.post(url, sent).status_code == 409
