"""Tests of what the editor saves by itself, and of its live preview."""

import pytest

from audit.models import Event
from progress.models import Entry, EntryAuthor, Evidence, State
from tests.factories import assign, make_entry
from tests.progress.editing import new_url, typed

EMPTY = dict.fromkeys(
    ["status", "narrative", "next_steps", "evidence-1-title", "evidence-1-url"], ""
)


def url_of(entry, what="autosave"):
    return f"/entries/{entry.pk}/{what}/"


def autosave(browser, entry, **fields):
    answer = browser.post(url_of(entry), typed(**fields))
    return answer.status_code, answer.json()


# ---- What is saved -------------------------------------------------------------------


def test_first_autosave_creates_the_draft_and_answers_where_it_is(
    browser, plan, stocktake, officer_jp
):
    answer = browser.post(f"{new_url(plan)}autosave/", typed())
    entry = Entry.objects.get()
    assert answer.status_code == 200
    assert (entry.state, entry.stocktake) == (State.DRAFT, stocktake)
    said = answer.json()
    assert said["message"].startswith("Saved at ")
    assert (said["state"], said["version"], said["is_new"]) == ("saved", 1, True)
    assert said["urls"]["edit"] == f"/entries/{entry.pk}/edit/"
    assert Event.objects.get().verb == "entry.draft"


def test_an_untouched_editor_creates_no_draft(browser, plan, stocktake):
    sent = {**typed(), **EMPTY}
    answer = browser.post(f"{new_url(plan)}autosave/", sent)
    assert (answer.status_code, answer.json()) == (200, {"state": "unchanged"})
    assert not Entry.objects.exists()
    assert not Event.objects.exists()


def test_autosave_writes_the_text_once_and_names_its_version(browser, draft):
    status, said = autosave(browser, draft, version=1, narrative="Three.")
    draft.refresh_from_db()
    assert (status, draft.narrative, draft.version) == (200, "Three.", 2)
    assert (said["version"], said["is_new"]) == (2, False)
    status, again = autosave(browser, draft, version=2, narrative="Three.")
    assert (status, again["version"]) == (200, 2)


def test_without_a_change_there_is_no_event_and_no_author(
    signed_in, head_jp, browser, draft
):
    autosave(browser, draft, version=1)
    draft.refresh_from_db()
    events, authors = Event.objects.count(), set(EntryAuthor.objects.values_list())
    status, said = autosave(signed_in(head_jp), draft, version=draft.version)
    assert (status, said["version"]) == (200, draft.version)
    assert Event.objects.count() == events
    assert set(EntryAuthor.objects.values_list()) == authors


def test_an_answer_that_was_lost_is_no_conflict(browser, draft):
    for _time in range(2):
        status, said = autosave(browser, draft, version=1, narrative="Three.")
        assert (status, said["version"]) == (200, 2)


def test_the_saved_marks_let_a_later_conflict_merge_each_field(
    browser, signed_in, head_jp, draft
):
    _status, said = autosave(browser, draft, version=1, narrative="Three.")
    autosave(signed_in(head_jp), draft, version=2, narrative="Three.", status="limited",
             next_steps="Theirs.")  # fmt: skip
    sent = typed(version=2, narrative="Four.", started_from=said["started_from"])
    page = browser.post(f"/entries/{draft.pk}/edit/", sent)
    assert page.status_code == 409
    assert "Next steps: changed only in the saved version." in page.text
    assert "Narrative: changed only in your version." in page.text


# ---- What is not saved, and why ------------------------------------------------------


def test_autosave_never_overwrites_a_newer_text(browser, signed_in, head_jp, draft):
    autosave(signed_in(head_jp), draft, version=1, narrative="Theirs.")
    status, said = autosave(browser, draft, version=1, narrative="Mine.")
    draft.refresh_from_db()
    assert (status, said["state"]) == (409, "overtaken")
    assert "someone saved a newer version" in said["message"]
    assert draft.narrative == "Theirs."


def test_autosave_never_overwrites_a_draft_that_a_colleague_began(browser, plan, draft):
    sent = typed(version=0, narrative="Mine.")
    answer = browser.post(f"{new_url(plan)}autosave/", sent)
    assert (answer.status_code, answer.json()["state"]) == (409, "overtaken")
    assert Entry.objects.get().version == 1


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("narrative", "x" * 10_001, "Not saved: Narrative: "),
        ("as_of", "", "Not saved: As of: "),
        ("as_of", "1999-01-01", "Not saved: As of: The date must be"),
        ("handling", "red", "Not saved: Handling: "),
    ],
)
def test_what_cannot_be_saved_is_said_with_its_field(browser, draft, field, value, why):
    status, said = autosave(browser, draft, version=1, **{field: value})
    assert (status, said["state"]) == (422, "refused")
    assert said["message"].startswith(why)
    draft.refresh_from_db()
    assert draft.version == 1


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.DRAFT, 200),
        (State.RETURNED, 200),
        (State.IN_CLEARANCE, 409),
        (State.SUBMITTED, 409),
        (State.PUBLISHED, 409),
        (State.DISCARDED, 409),
    ],
)
def test_only_a_draft_or_a_returned_entry_is_saved(
    browser, mine, officer_jp, stocktake, state, status
):
    entry = make_entry(mine, by=officer_jp, stocktake=stocktake, state=state)
    sent = {"version": entry.version, "narrative": "Late."}
    found, said = autosave(browser, entry, **sent)
    entry.refresh_from_db()
    assert found == status
    assert (entry.narrative == "Late.") is (status == 200)
    assert status == 200 or "Not saved: This is not possible" in said["message"]


def test_half_typed_evidence_does_not_hold_up_the_text(browser, draft):
    before = set(draft.evidence_links.values_list("evidence"))
    fields = {"evidence-1-url": "", "narrative": "Three."}
    status, said = autosave(browser, draft, version=1, **fields)
    draft.refresh_from_db()
    assert (status, said["state"], draft.narrative) == (200, "partly", "Three.")
    assert "without the evidence: Evidence 1: give either" in said["message"]
    assert set(draft.evidence_links.values_list("evidence")) == before


def test_evidence_waits_while_it_is_typed(browser, draft):
    before = Evidence.objects.count()
    fields = {"evidence-1-url": "https://example.org/ha", "evidence_later": "on"}
    status, said = autosave(browser, draft, version=1, narrative="Three.", **fields)
    assert (status, said["state"]) == (200, "saved")
    assert Evidence.objects.count() == before


# ---- Who may -------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["autosave", "preview"])
@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("officer_jp", 200),
        ("head_jp", 200),
        ("contributor_jp", 403),
        ("officer_fr", 404),
        ("coordinator", 404),
        ("observer", 404),
        ("assessor", 404),
        ("administrator", 404),
    ],
)
def test_only_the_writers_of_a_draft_save_and_preview_it(
    request, signed_in, draft, person, status, what
):
    client = signed_in(request.getfixturevalue(person))
    sent = typed(version=1, narrative="Not yours.")
    assert client.post(url_of(draft, what), sent).status_code == status
    draft.refresh_from_db()
    assert (draft.version > 1) is (status == 200 and what == "autosave")


def test_a_contributor_saves_what_is_assigned_to_them(
    signed_in, contributor_jp, mine, draft
):
    assign(contributor_jp, mine)
    status, _said = autosave(signed_in(contributor_jp), draft, version=1)
    assert status == 200


@pytest.mark.parametrize("what", ["autosave", "preview"])
def test_an_address_alone_does_nothing(browser, draft, what):
    assert browser.get(url_of(draft, what)).status_code == 405


# ---- The live preview ----------------------------------------------------------------


def test_preview_shows_the_whole_entry_and_its_changes(
    browser, mine, officer_jp, stocktake
):
    make_entry(
        mine, by=officer_jp, state=State.PUBLISHED, narrative="Two of five bureaus."
    )
    draft = make_entry(mine, by=officer_jp, stocktake=stocktake)
    events = Event.objects.count()
    sent = typed(version=1, narrative="Three of **five** bureaus.", obstacles="Few.")
    shown = browser.post(url_of(draft, "preview"), sent).text
    assert "<strong>five</strong> bureaus" in shown
    assert "Limited progress" in shown
    assert "TLP:GREEN" in shown
    assert "Annual report" in shown
    assert '<ins><span class="visually-hidden"> [added:' in shown
    assert Event.objects.count() == events
    draft.refresh_from_db()
    assert draft.version == 1


def test_preview_shows_what_cannot_be_saved_and_links_no_script(browser, draft):
    fields = {"evidence-1-url": "javascript:alert(1)", "status": "?", "handling": "?"}
    sent = typed(version=1, as_of="soon", narrative="x" * 10_001, **fields)
    answer = browser.post(url_of(draft, "preview"), sent)
    assert answer.status_code == 200
    assert "x" * 10_001 in answer.text
    assert "No status chosen yet" in answer.text
    assert 'href="javascript' not in answer.text
