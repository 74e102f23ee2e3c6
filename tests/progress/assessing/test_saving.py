"""Tests of saving a cell: by a button and by itself, and nothing typed is lost."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import Event
from progress.actions.assessments.tables import begin_table
from tests.progress.assessments.scoring import cell, release, score
from tests.progress.editing import page
from tests.progress.reading import words_of

TODAY = datetime.now(UTC).date()
RATIONALE = "A law is in force.\n\n- It reports **every** year."


def typed(version=1, **fields):
    return {
        "version": version,
        "score": "1",
        "rationale": RATIONALE,
        "sources": "https://example.org/law",
        "as_of": TODAY.isoformat(),
        **fields,
    }


@pytest.fixture
def one(table):
    return cell(table, "1.1.1", "FR")


def url_of(one, query=""):
    return f"/assessing/{one.table_id}/cells/{one.pk}/{query}"


def save(browser, one, query="", **fields):
    return browser.post(url_of(one, query), typed(**fields))


def autosave(browser, one, **fields):
    answer = browser.post(url_of(one, "autosave/"), typed(**fields))
    return answer.status_code, answer.json()


# ---- By a button ---------------------------------------------------------------------


def test_a_cell_is_saved_and_its_page_shown_again(browser, one, assessor):
    answer = save(browser, one, act="save")
    assert answer.url == f"/assessing/{one.table_id}/?cell={one.pk}"
    one.refresh_from_db()
    assert (one.score, one.rationale, one.as_of) == ("1", RATIONALE, TODAY)
    assert (one.version, one.scored_by, one.guideline.number) == (2, assessor, 1)
    assert "France, 1.1.1: saved." in words_of(browser.get(answer.url))


def test_save_and_next_leads_to_the_next_unscored_cell(browser, one, table):
    score(table, {("1.1.1", "DE"): "1"})
    answer = save(browser, one, act="save_next")
    following = cell(table, "1.1.1", "IT")
    assert answer.url == f"/assessing/{table.pk}/?cell={following.pk}"


def test_after_the_last_cell_the_first_unscored_one_follows(browser, table):
    answer = save(browser, cell(table, "2.1", "EU"), act="save_next")
    assert answer.url.endswith(f"?cell={cell(table, '1.1.1', 'CA').pk}")


def test_save_and_next_stays_among_the_filtered_cells(browser, table, one):
    answer = save(browser, one, "?member=FR", act="save_next")
    following = cell(table, "1.2.1", "FR")
    assert answer.url == f"/assessing/{table.pk}/?member=FR&cell={following.pk}"


def test_with_nothing_left_the_page_says_so(browser, table, one):
    score(table, {("1.2.1", "FR"): "1", ("1.2.2", "FR"): "0", ("2.1", "FR"): "0"})
    answer = save(browser, one, "?member=FR", act="save_next")
    shown = words_of(browser.get(answer.url))
    assert "No other cell of this list is left to score." in shown


def test_a_cell_can_be_saved_without_a_score_or_a_rationale(browser, one):
    assert save(browser, one, score="", as_of="").status_code == 302
    assert save(browser, one, version=2, score="0", rationale="").status_code == 302
    one.refresh_from_db()
    assert (one.score, one.rationale) == ("0", "")


def test_a_score_can_be_taken_back(browser, one):
    save(browser, one)
    save(browser, one, version=2, score="")
    one.refresh_from_db()
    assert (one.score, one.guideline, one.rationale) == ("", None, RATIONALE)


def test_a_get_leads_to_the_work_page(browser, one):
    answer = browser.get(url_of(one, "?member=FR"))
    assert answer.url == f"/assessing/{one.table_id}/?member=FR&cell={one.pk}"


# ---- What cannot be saved ------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"score": "2"}, "Score:"),
        ({"score": "+"}, "Score:"),
        ({"rationale": "x" * 10_001}, "Rationale:"),
        ({"sources": "x" * 4_001}, "Sources:"),
        ({"rationale": "a\x00b"}, "Rationale:"),
        ({"sources": "a\u202eb"}, "Sources:"),
        ({"as_of": "yesterday"}, "As of:"),
        ({"as_of": "0001-01-01"}, "As of:"),
        ({"as_of": (TODAY + timedelta(days=2)).isoformat()}, "As of:"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_stays(
    browser, one, fields, sentence
):
    answer = save(browser, one, **{"sources": "Kept source", **fields})
    shown = page(answer)
    assert answer.status_code == 422
    assert "Please correct 1 field" in shown
    assert sentence in shown
    if "rationale" not in fields:
        assert "It reports **every** year." in shown
    one.refresh_from_db()
    assert (one.version, one.score) == (1, "")


@pytest.mark.parametrize("version", ["", "nonsense", "-1", "99999999999999999999"])
def test_a_form_without_a_true_version_is_refused(browser, one, version):
    answer = save(browser, one, version=version)
    assert answer.status_code in {409, 422}
    assert "It reports **every** year." in page(answer)
    one.refresh_from_db()
    assert one.version == 1


def test_without_a_guideline_no_score_is_saved(browser, stocktake, assessor, now):
    table = begin_table(body=assessor.body, stocktake=stocktake, by=assessor, at=now)
    answer = save(browser, cell(table, "1.1.1", "FR"))
    assert answer.status_code == 422
    assert "Publish a guideline for this commitment before you score it." in page(
        answer
    )
    assert "It reports **every** year." in page(answer)


def test_after_the_release_what_was_typed_is_shown_to_be_copied(browser, table, one):
    score(table, {("1.1.1", "DE"): "1"})
    release(table)
    answer = save(browser, one)
    shown = page(answer)
    assert answer.status_code == 409
    assert "This table cannot be edited any more" in shown
    assert "It reports **every** year." in shown
    assert 'name="act" value="save_next"' not in shown


def test_a_cell_of_another_table_is_not_found(browser, one, table):
    url = f"/assessing/{table.pk}/cells/{table.pk}/"
    assert browser.post(url, typed()).status_code == 404


# ---- Two people ----------------------------------------------------------------------


def test_a_newer_version_is_shown_beside_what_was_typed(
    browser, one, colleague, signed_in
):
    save(signed_in(colleague), one, score="-1", rationale="Nothing is done.")
    answer = save(browser, one)
    shown = page(answer)
    assert answer.status_code == 409
    assert "Another person saved this cell after you opened it" in shown
    assert "Nothing is done." in shown
    assert "It reports **every** year." in shown
    assert 'name="version" value="2"' in shown
    one.refresh_from_db()
    assert one.rationale == "Nothing is done."
    assert save(browser, one, version=2).status_code == 302
    one.refresh_from_db()
    assert (one.rationale, one.version) == (RATIONALE, 3)


def test_a_second_press_is_no_conflict(browser, one):
    for _time in range(2):
        assert save(browser, one).status_code == 302
    one.refresh_from_db()
    assert one.version == 2


def test_a_second_press_that_clears_a_cell_is_no_conflict(browser, one):
    save(browser, one)
    cleared = {"score": "", "rationale": "", "sources": "", "version": 2}
    for _time in range(2):
        assert save(browser, one, **cleared).status_code == 302
    status, said = autosave(browser, one, **cleared | {"version": 3})
    assert (status, said["version"]) == (200, 3)
    assert said["message"][len("Saved at ") :]


def test_text_that_the_browser_kept_is_shown_and_not_saved(browser, one):
    answer = save(browser, one, act="show", score="-1")
    assert answer.status_code == 200
    assert "It reports **every** year." in page(answer)
    assert "data-typed" in page(answer)
    one.refresh_from_db()
    assert one.version == 1


# ---- By itself -----------------------------------------------------------------------


def test_autosave_saves_and_names_the_version(browser, one):
    status, said = autosave(browser, one)
    assert (status, said["state"], said["version"]) == (200, "saved", 2)
    assert said["message"].startswith("Saved at ")
    assert said["page"] == f"/assessing/{one.table_id}/?cell={one.pk}"
    one.refresh_from_db()
    assert one.rationale == RATIONALE


def test_autosave_without_a_change_writes_nothing(browser, one):
    autosave(browser, one)
    events = Event.objects.count()
    status, said = autosave(browser, one, version=2)
    assert (status, said["version"]) == (200, 2)
    assert Event.objects.count() == events


def test_an_answer_that_was_lost_is_no_conflict(browser, one):
    for _time in range(2):
        assert autosave(browser, one)[0] == 200


def test_autosave_never_overwrites_a_newer_version(browser, one, colleague, signed_in):
    autosave(signed_in(colleague), one, rationale="Nothing is done.")
    status, said = autosave(browser, one)
    assert (status, said["state"]) == (409, "overtaken")
    one.refresh_from_db()
    assert one.rationale == "Nothing is done."


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"sources": "x" * 4_001}, "Not saved: Sources:"),
        ({"as_of": "1900-01-01"}, "Not saved: As of:"),
    ],
)
def test_autosave_says_why_it_does_not_save(browser, one, fields, sentence):
    status, said = autosave(browser, one, **fields)
    assert (status, said["state"]) == (422, "refused")
    assert said["message"].startswith(sentence)


def test_autosave_after_the_release_says_why(browser, table, one):
    score(table, {("1.1.1", "DE"): "1"})
    release(table)
    status, said = autosave(browser, one)
    assert (status, said["state"]) == (409, "refused")
    assert "the table is now “Released”" in said["message"]


def test_autosave_takes_a_post_only(browser, one):
    assert browser.get(url_of(one, "autosave/")).status_code == 405
