"""Apply a sheet: every row of it through its own action, or nothing at all."""

from datetime import timedelta

import pytest

from audit.models import Event
from commitments.models import Plan
from progress.actions.drafting import edit_entry
from progress.actions.update_sheets import apply_sheet
from progress.entries.text import EntryText
from progress.models import Entry, State
from progress.update_sheets.present import sheet_for
from progress.uploaded_sheets.faults import SheetRefused
from progress.uploaded_sheets.previews import (
    RowOutcome,
    SheetDecisions,
    SheetNotApplied,
)
from tests.factories import make_entry, member_commitment_of
from tests.progress.update_sheets.sample_sheets import filled, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(now):
    return (now - timedelta(days=2)).date()


@pytest.fixture
def download(plan, stocktake, now):
    """`download(reader)` is the workbook of a person, with the row of each code."""

    def make(reader):
        of = sheet_for(plan, stocktake, reader=reader, at=now)
        return written(of), {row.code: n for n, row in enumerate(of.rows, 2)}

    return make


@pytest.fixture
def apply(plan, now):
    def make(content, *, by, **decisions):
        return apply_sheet(
            content=content,
            file_name="sheet.xlsx",
            plan=plan,
            decisions=SheetDecisions(**decisions),
            by=by,
            at=now,
        )

    return make


@pytest.fixture
def draft(plan, officer_jp, stocktake):
    """Japan's draft on 1.2.2."""
    mine = member_commitment_of(plan, "1.2.2", "JP")
    return make_entry(mine, by=officer_jp, stocktake=stocktake, evidence=1)


def refusals(apply, content, **arguments):
    with pytest.raises(SheetNotApplied) as raised:
        apply(content, **arguments)
    return [(fault.line, fault.message) for fault in raised.value.faults]


def state_of_everything():
    return list(Entry.objects.order_by("pk").values()), Event.objects.count()


def test_a_contributor_has_the_assigned_rows_only(download, contributor_jp, officer_jp):
    assert [*download(contributor_jp)[1]] == ["1.2.2"]
    assert [*download(officer_jp)[1]] == ["1.1.1", "1.2.1", "1.2.2", "2.1"]


def test_who_may_not_draft_has_no_rows(download, observer, administrator, coordinator):
    assert download(observer)[1] == download(administrator)[1] == {}
    assert download(coordinator)[1] == {}


def test_any_number_of_rows_takes_the_same_few_queries(
    plan, stocktake, officer_jp, head_jp, now, django_assert_num_queries
):
    def rows():
        return sheet_for(plan, stocktake, reader=officer_jp, at=now).rows

    rows()  # asks who holds the chair
    with django_assert_num_queries(4):
        rows()
    for code in ("1.1.1", "1.2.1", "1.2.2", "2.1"):
        mine = member_commitment_of(plan, code, "JP")
        make_entry(mine, by=officer_jp, state=State.PUBLISHED, evidence=2)
        make_entry(mine, by=officer_jp, evidence=2)
    with django_assert_num_queries(6):
        assert len(rows()) == 4


def test_changed_and_new_rows_are_written_with_one_event_each_and_one_for_the_sheet(
    download, apply, officer_jp, draft, day
):
    content, line = download(officer_jp)
    changes = {
        (line["1.2.2"], "narrative"): "- Three bureaus\n- are connected.",
        (line["2.1"], "as_of"): day,
        (line["2.1"], "narrative"): "First.",
    }
    before = Event.objects.count()
    report = apply(filled(content, changes), by=officer_jp)
    assert [(one.code, one.outcome) for one in report.rows if one.entry_id] == [
        ("1.2.2", RowOutcome.CHANGED),
        ("2.1", RowOutcome.NEW),
    ]
    draft.refresh_from_db()
    assert draft.narrative == "- Three bureaus\n- are connected."
    assert draft.evidence.count() == 1
    begun = Entry.objects.get(pk=report.rows[-1].entry_id)
    assert (begun.narrative, begun.as_of, begun.state) == ("First.", day, State.DRAFT)
    verbs = Event.objects.order_by("pk")[before:].values_list("verb", flat=True)
    assert sorted(verbs) == ["entry.draft", "entry.edit", "sheet.apply"]
    event = Event.objects.get(verb="sheet.apply")
    assert (event.member, event.data) == ("JP", {"written": 2})


def test_a_new_update_keeps_the_evidence_of_the_last_text(
    download, apply, plan, officer_jp, stocktake, day
):
    mine = member_commitment_of(plan, "2.1", "JP")
    last = make_entry(mine, by=officer_jp, state=State.PUBLISHED, evidence=2)
    content, line = download(officer_jp)
    apply(filled(content, {(line["2.1"], "as_of"): day}), by=officer_jp)
    begun = Entry.objects.get(state=State.DRAFT)
    assert EntryText.of(begun).evidence == EntryText.of(last).evidence
    # The same text with a new day confirms it: it is not passed off as new.
    assert begun.unchanged_since == last.as_of
    assert begun.confirmed_by == officer_jp


def test_one_bad_row_keeps_every_row_from_being_written(
    download, apply, officer_jp, draft, day
):
    content, line = download(officer_jp)
    changes = {
        (line["1.2.2"], "narrative"): "Good.",
        (line["2.1"], "status"): "Almost",
        (line["1.1.1"], "as_of"): day,
        (line["1.1.1"], "handling"): "RED",
    }
    before = state_of_everything()
    found = refusals(apply, filled(content, changes), by=officer_jp)
    assert [at for at, _message in found] == [
        line["1.1.1"],
        line["2.1"],
        line["2.1"],
    ]
    assert state_of_everything() == before


def test_a_sheet_without_a_change_is_not_applied(download, apply, officer_jp, draft):
    content, _line = download(officer_jp)
    before = state_of_everything()
    [(line, message)] = refusals(apply, content, by=officer_jp)
    assert line is None
    assert message.startswith("Nothing in the sheet differs")
    assert state_of_everything() == before


def test_a_file_that_is_no_sheet_is_refused(apply, officer_jp):
    with pytest.raises(SheetRefused):
        apply(b"PK", by=officer_jp)


@pytest.fixture
def overtaken(download, draft, officer_jp, head_jp, now):
    """A sheet with a new narrative of 1.2.2, whose draft the head changed since."""
    content, line = download(officer_jp)
    content = filled(content, {(line["1.2.2"], "narrative"): "Mine."})
    text = EntryText(as_of=draft.as_of, narrative="Theirs.", language="en")
    edit_entry(entry_id=draft.pk, version=draft.version, text=text, by=head_jp, at=now)
    draft.refresh_from_db()
    return content


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"take_sheet": {"1.2.1": 2}},
        {"take_sheet": {"1.2.2": 1}},  # chosen before the last change
        {"lowered": {"1.2.2": 2}},
    ],
)
def test_a_conflict_without_a_choice_is_not_applied(
    apply, overtaken, officer_jp, draft, chosen
):
    [(_line, message)] = refusals(apply, overtaken, by=officer_jp, **chosen)
    assert message.startswith("A colleague changed this update")
    draft.refresh_from_db()
    assert draft.narrative == "Theirs."


@pytest.mark.parametrize(
    ("choice", "narrative", "is_kept"),
    [("take_sheet", "Mine.", False), ("keep_present", "Theirs.", True)],
)
def test_a_conflict_is_settled_as_chosen(
    apply, overtaken, officer_jp, draft, choice, narrative, is_kept
):
    chosen = {choice: {"1.2.2": draft.version}}
    report = apply(overtaken, by=officer_jp, **chosen)
    draft.refresh_from_db()
    assert draft.narrative == narrative
    [row] = [one for one in report.rows if one.code == "1.2.2"]
    assert (row.is_kept, row.entry_id is None) == (is_kept, is_kept)


def test_a_lower_label_must_be_confirmed(download, apply, plan, officer_jp, stocktake):
    mine = member_commitment_of(plan, "1.2.2", "JP")
    draft = make_entry(mine, by=officer_jp, stocktake=stocktake, handling="amber")
    content, line = download(officer_jp)
    content = filled(content, {(line["1.2.2"], "handling"): "TLP:CLEAR"})
    [(at, message)] = refusals(apply, content, by=officer_jp)
    assert at == line["1.2.2"]
    assert message.startswith("The handling label becomes lower")
    apply(content, by=officer_jp, lowered={"1.2.2": draft.version})
    draft.refresh_from_db()
    assert draft.handling == "clear"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (State.IN_CLEARANCE, "This update is “In clearance”. Recall it"),
        (State.SUBMITTED, "This update is “With the Presidency”. Recall it"),
        (State.PUBLISHED, "The update of this stocktake is published."),
    ],
)
def test_an_update_that_cannot_be_edited_is_refused(
    download, apply, plan, officer_jp, stocktake, day, state, sentence
):
    mine = member_commitment_of(plan, "1.2.2", "JP")
    make_entry(mine, by=officer_jp, state=state, stocktake=stocktake)
    content, line = download(officer_jp)
    changes = {(line["1.2.2"], "narrative"): "New.", (line["1.2.2"], "as_of"): day}
    before = state_of_everything()
    [(at, message)] = refusals(apply, filled(content, changes), by=officer_jp)
    assert at == line["1.2.2"]
    assert message.startswith(sentence)
    assert state_of_everything() == before


def test_rows_of_colleagues_and_of_others_read_like_unknown_ones(
    download, apply, officer_jp, officer_fr, contributor_jp, draft, day
):
    """A contributor with an officer's sheet, and an officer with another member's."""
    content, line = download(officer_jp)
    found = refusals(apply, content, by=contributor_jp)
    assert [at for at, _m in found] == [line["1.1.1"], line["1.2.1"], line["2.1"]]
    theirs = refusals(apply, content, by=officer_fr)
    assert [at for at, _m in theirs] == [*line.values()]
    assert {message for _at, message in (*found, *theirs)} == {found[0][1]}


def test_a_sheet_of_a_closed_stocktake_is_refused(
    plan, download, apply, officer_jp, stocktake, day
):
    content, line = download(officer_jp)
    content = filled(content, {(line["2.1"], "as_of"): day})
    type(stocktake).objects.filter(pk=stocktake.pk).update(slug="an-earlier-one")
    found = refusals(apply, content, by=officer_jp)
    assert {message.split(".")[0] for _at, message in found} == {
        "This row is from the sheet of another stocktake"
    }


def test_what_an_action_refuses_undoes_every_row(
    monkeypatch, download, apply, officer_jp, draft, day
):
    """As if a colleague began 2.1 between the comparison and its own action."""
    content, line = download(officer_jp)
    changes = {
        (line["1.2.2"], "narrative"): "Good.",
        (line["2.1"], "as_of"): day,
    }
    before = state_of_everything()
    real = sheet_for

    def begun_meanwhile(*arguments, **named):
        found = real(*arguments, **named)
        mine = member_commitment_of(Plan.objects.get(), "2.1", "JP")
        make_entry(mine, by=officer_jp)
        return found

    monkeypatch.setattr("progress.actions.update_sheets.sheet_for", begun_meanwhile)
    [(at, message)] = refusals(apply, filled(content, changes), by=officer_jp)
    assert at == line["2.1"]
    assert message.startswith("A colleague changed this update just now.")
    assert state_of_everything() == before
