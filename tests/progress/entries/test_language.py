"""Tests of the language of an entry: where it comes from, and where it is marked."""

import re
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Member, Role
from progress.actions.amendments import correct_entry
from progress.actions.carry_forward import carry_forward
from progress.actions.drafting import draft_entry, edit_entry
from progress.actions.review import return_entry
from progress.entries.text import EntryText
from progress.models import Entry, Round, State
from tests.factories import make_user
from tests.progress.editing import new_url, page, typed

WORDS = "Les deux services échangent leurs alertes."


@pytest.fixture(autouse=True)
def japanese(members):
    """Japan's drafts begin in Japanese."""
    Member.objects.filter(code="JP").update(language="ja")


@pytest.fixture
def text(now):
    return EntryText(as_of=now.date(), status="limited", narrative=WORDS)


@pytest.fixture
def draft(jp_122, officer_jp, text, now):
    jp_122.refresh_from_db()
    french = replace(text, language="fr")
    return draft_entry(member_commitment=jp_122, text=french, by=officer_jp, at=now)


def test_a_draft_begins_in_the_language_of_its_member(jp_122, officer_jp, text, now):
    jp_122.refresh_from_db()
    draft = draft_entry(member_commitment=jp_122, text=text, by=officer_jp, at=now)
    assert Entry.objects.get(pk=draft.pk).language == "ja"


def test_a_language_that_is_chosen_stays_also_where_a_form_does_not_name_one(
    draft, officer_jp, text, now
):
    assert draft.language == "fr"
    changed = replace(text, narrative="Plus rien.")
    edited = edit_entry(
        entry_id=draft.pk, version=1, text=changed, by=officer_jp, at=now
    )
    assert (edited.language, edited.version) == ("fr", 2)


def test_a_text_carried_forward_or_corrected_keeps_its_language(
    reported, jp_122, officer_jp, now
):
    published = reported(language="fr", stocktake=None)
    carried = carry_forward(member_commitment=jp_122, by=officer_jp, at=now)
    correction = correct_entry(
        entry_id=published.pk, version=1, reason="A year.", by=officer_jp, at=now
    )
    assert carried.language == correction.language == "fr"


def test_a_published_text_without_a_language_stays_so_and_its_next_draft_has_one(
    reported, jp_122, officer_jp, now
):
    jp_122.refresh_from_db()
    published = reported(stocktake=None)
    carried = carry_forward(member_commitment=jp_122, by=officer_jp, at=now)
    assert carried.language == "ja"
    assert Entry.objects.get(pk=published.pk).language == ""


@pytest.mark.parametrize("tag", ["French", "fr_FR", 'fr" id="x', "f" * 36])
def test_what_is_no_tag_is_refused_by_action_form_and_database(
    tag, draft, officer_jp, signed_in, text, now
):
    with pytest.raises(ValidationError) as refusal:
        edit_entry(
            entry_id=draft.pk,
            version=1,
            text=replace(text, language=tag),
            by=officer_jp,
            at=now,
        )
    assert list(refusal.value.message_dict) == ["language"]
    url = f"/entries/{draft.pk}/edit/"
    answer = signed_in(officer_jp).post(url, typed(1, act="save", language=tag))
    assert answer.status_code == 422
    assert "Choose a language from the list" in page(answer)
    assert 'class="narrative" lang="fr"' not in page(answer)
    if len(tag) <= 35:
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.filter(pk=draft.pk).update(language=tag)


def chosen(shown):
    """Return the language that the editor's select has chosen, with its name."""
    select = re.search(r'<select name="language".*?</select>', shown, re.DOTALL)
    assert select
    return re.findall(r'<option value="([^"]*)" selected>([^<]*)<', select[0])


def test_the_editor_offers_languages_by_their_own_names(
    signed_in, officer_jp, plan, draft
):
    browser = signed_in(officer_jp)
    assert chosen(page(browser.get(new_url(plan)))) == [("ja", "日本語")]
    shown = page(browser.get(f"/entries/{draft.pk}/edit/"))
    assert chosen(shown) == [("fr", "Français")]
    assert "Not stated" not in shown
    assert re.search(r'<textarea name="narrative"[^>]* lang="fr"', shown)
    Entry.objects.filter(pk=draft.pk).update(language="pt-BR")
    shown = page(browser.get(f"/entries/{draft.pk}/edit/"))
    assert chosen(shown) == [("pt-BR", "pt-BR")]


def test_an_old_draft_says_that_its_language_is_not_stated(
    signed_in, officer_jp, draft
):
    Entry.objects.filter(pk=draft.pk).update(language="")
    browser, url = signed_in(officer_jp), f"/entries/{draft.pk}/edit/"
    assert chosen(page(browser.get(url))) == [("", "Not stated")]
    browser.post(url, typed(1, act="save", language="it"))
    draft.refresh_from_db()
    assert draft.language == "it"


def test_two_officers_who_chose_different_languages_see_both(
    signed_in, officer_jp, draft, members
):
    url = f"/entries/{draft.pk}/edit/"
    colleague = signed_in(make_user(Role.OFFICER, member="JP"))
    colleague.post(url, typed(1, act="save", language="de"))
    answer = signed_in(officer_jp).post(url, typed(1, act="save", language="it"))
    assert answer.status_code == 409
    shown = page(answer)
    assert "Deutsch" in shown
    assert chosen(shown) == [("it", "Italiano")]


def test_a_form_without_a_language_does_not_conflict_about_it(
    signed_in, officer_jp, draft, members
):
    url = f"/entries/{draft.pk}/edit/"
    colleague = signed_in(make_user(Role.OFFICER, member="JP"))
    colleague.post(url, typed(1, act="save", language="de"))
    shown = page(signed_in(officer_jp).post(url, typed(1, act="save", narrative="X")))
    assert chosen(shown) == [("de", "Deutsch")]


def test_a_returned_round_keeps_its_language(
    reported, coordinator, officer_jp, signed_in, now
):
    entry = reported(state=State.SUBMITTED, language="fr", narrative=WORDS)
    return_entry(entry_id=entry.pk, version=1, reason="When?", by=coordinator, at=now)
    assert Round.objects.get().text["language"] == "fr"
    shown = page(signed_in(officer_jp).get(f"/entries/{entry.pk}/"))
    assert shown.count('<div class="narrative" lang="fr"') == 2


def test_every_page_marks_the_three_texts_with_their_language(
    reported, signed_in, officer_fr, commitment_url, timeline_url
):
    entry = reported(
        language="fr", narrative=WORDS, next_steps="La suite.", obstacles="Aucun."
    )
    browser = signed_in(officer_fr)
    for url in (f"/entries/{entry.pk}/", commitment_url, timeline_url):
        shown = page(browser.get(url))
        assert shown.count('<div class="narrative" lang="fr"') == 3, url


@pytest.mark.parametrize(
    ("language", "words", "mark"),
    [
        ("en", "In May.", ""),
        ("en-GB", "In May.", ""),
        ("", "In May.", ""),
        ("", "照合している。", ' lang="ja"'),
        ("fr", "照合している。", ' lang="fr"'),
        ("pt-BR", "Em maio.", ' lang="pt-BR"'),
    ],
)
def test_a_language_is_marked_where_it_is_not_the_pages(
    language, words, mark, reported, signed_in, officer_fr
):
    entry = reported(language=language, narrative=words)
    shown = page(signed_in(officer_fr).get(f"/entries/{entry.pk}/"))
    tags = re.findall(r'<div class="narrative"[^>]*>', shown)
    assert [re.findall(r" lang=.*?\"[^\"]*\"", tag) for tag in tags] == [
        [mark] if mark else []
    ]


def test_a_difference_is_marked_with_both_languages(
    reported, signed_in, head_jp, stocktake
):
    reported(language="fr", narrative="Tout autre chose.", stocktake=None)
    reported(language="de", narrative="Alles neu.", state=State.IN_CLEARANCE)
    shown = page(signed_in(head_jp).get("/clearance/"))
    assert '<div class="narrative" lang="de"' in shown
    assert '<div class="narrative" lang="fr"' in shown


def test_the_preview_is_marked_with_the_language_typed(signed_in, officer_jp, plan):
    sent = typed(act="preview", language="fr")
    shown = page(signed_in(officer_jp).post(new_url(plan), sent))
    assert '<div class="narrative" lang="fr"' in shown
