"""Tests of `load_plan`: a plan is loaded once and whole, and its text never changes."""

import hashlib
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Member
from audit.models import Event
from commitments.models import (
    Action,
    Commitment,
    Instrument,
    MemberCommitment,
    Plan,
    SubArea,
)
from commitments.plan_text import parse_plan_text

FIXTURES = Path(__file__).parents[2] / "fixtures"
SOURCE = "ise-shima-2016-ct-action-plan.txt"
META = "ise-shima-2016-ct.toml"
INSTRUMENTS = "ise-shima-2016-ct.instruments.toml"
ROWS = (Plan, Action, SubArea, Commitment, Instrument, MemberCommitment, Event)


def load(*arguments) -> str:
    said = StringIO()
    call_command("load_plan", *arguments, stdout=said)
    return said.getvalue()


@pytest.fixture
def reference_data(db) -> None:
    call_command("load_reference_data", stdout=StringIO())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the plan's files, to edit."""
    for name in (SOURCE, META, INSTRUMENTS):
        shutil.copy(FIXTURES / name, tmp_path)
    return tmp_path


@pytest.fixture
def loaded(reference_data) -> Plan:
    load(FIXTURES / SOURCE)
    return Plan.objects.get()


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def edit_source(folder: Path, before: str, after: str) -> None:
    """Change the text, and the hash that its meta records."""
    edit(folder / SOURCE, before, after)
    old = hashlib.sha256((FIXTURES / SOURCE).read_bytes()).hexdigest()
    new = hashlib.sha256((folder / SOURCE).read_bytes()).hexdigest()
    edit(folder / META, old, new)


def everything() -> list[str]:
    return [str(list(model.objects.order_by("pk").values())) for model in ROWS]


# ---- First load


def test_the_plan_of_ise_shima_is_loaded_whole(loaded):
    assert loaded.slug == "ise-shima-2016-ct"
    assert loaded.summit.slug == "ise-shima-2016"
    assert loaded.preamble.count("\n\n") == 3
    assert loaded.source_text == (FIXTURES / SOURCE).read_text(encoding="utf-8")
    raw = (FIXTURES / SOURCE).read_bytes()
    assert loaded.source_sha256 == hashlib.sha256(raw).hexdigest()
    assert [model.objects.count() for model in ROWS[1:4]] == [3, 7, 28]


def test_commitments_stand_under_their_headings_in_the_plans_order(loaded):
    rows = loaded.commitments.order_by("position").select_related("action", "sub_area")
    bullets = parse_plan_text(loaded.source_text).bullets
    assert [(row.code, row.text) for row in rows] == [(b.code, b.text) for b in bullets]
    assert [row.position for row in rows] == list(range(1, 29))
    for row in rows:
        area = row.sub_area
        assert row.code.startswith(f"{area.code if area else row.action.code}.")
    assert {row.code for row in rows if row.sub_area is None} == {
        *(f"2.{number}" for number in range(1, 6)),
        *(f"3.{number}" for number in range(1, 4)),
    }


def test_every_member_owes_every_commitment(loaded):
    owed = MemberCommitment.objects.filter(commitment__plan=loaded)
    assert owed.count() == 224
    assert owed.filter(member__kind=Member.Kind.STATE).count() == 196


def test_interpol_is_linked_to_what_names_it(loaded):
    interpol = Instrument.objects.get(slug="interpol")
    named = Commitment.objects.filter(text__contains="INTERPOL")
    assert set(interpol.commitments.all()) == set(named)
    assert named.count() == 4


def test_an_instruments_owner_is_an_instrument(loaded):
    owned = Instrument.objects.filter(owner__slug="interpol")
    assert owned.filter(slug="psyche").exists()
    assert Instrument.objects.get(slug="interpol").owner is None
    strategy = "un-global-counter-terrorism-strategy"
    (assembly,) = Instrument.objects.filter(owned__slug=strategy)
    assert assembly.slug == "un-general-assembly"


def test_what_concerns_a_body_is_what_names_it_or_what_it_owns(loaded):
    def concerning(slug):
        found = Commitment.objects.concerning(slug).order_by("position")
        return list(found.values_list("code", flat=True))

    assert concerning("interpol") == ["1.2.2", "1.2.3", "1.6.1", "1.6.2"]
    assert concerning("icao") == ["1.4.1", "1.4.3", "1.4.4"]
    assert concerning("un-general-assembly") == ["2.2"]
    assert concerning("un") == ["1.1.1", "1.5.3", "2.1", "2.2"]
    assert concerning("nobody") == []


def test_each_commitment_has_its_short_title(loaded):
    titles = dict(loaded.commitments.values_list("code", "short_title"))
    assert len(set(titles.values())) == 28
    assert (titles["1.2.2"], titles["1.3.2"]) == ("INTERPOL databases", "PNR and API")


def test_without_a_short_title_the_opening_of_the_wording_serves(
    reference_data, folder
):
    edit(folder / META, '"1.2.2" = "INTERPOL databases"\n', "")
    load(folder / SOURCE)
    title = Commitment.objects.get(code="1.2.2").short_title
    assert title == "Support INTERPOL's information sharing role, especially in…"


def test_the_command_says_what_it_did(reference_data):
    said = load(FIXTURES / SOURCE, "--meta", FIXTURES / META)
    assert said.splitlines() == [
        "G7 Action Plan on Countering Terrorism and Violent Extremism"
        " (ise-shima-2016-ct)",
        "The text has 3 actions, 7 sub-areas and 28 commitments (20 + 5 + 3)."
        " 5 are joint.",
        "Plan: 1 created.",
        "Actions: 3 created.",
        "Sub-areas: 7 created.",
        "Commitments: 28 created.",
        "Instruments: 35 created.",
        "Instrument links: 46 created.",
        "Member commitments: 224 created.",
    ]


def test_a_load_is_one_event(loaded):
    (event,) = Event.objects.filter(verb="plan.load")
    assert (event.actor, event.target) == ("system", loaded.title)
    assert event.data["counts"]["commitments"] == {"created": 28}


# ---- Loading again


def test_a_second_load_changes_nothing_and_says_so(loaded):
    before = everything()
    assert "Nothing changed" in load(FIXTURES / SOURCE)
    assert everything() == before


def test_a_corrected_title_is_taken_over(loaded, folder):
    edit(folder / META, 'title = "G7 Action Plan', 'title = "The G7 Action Plan')
    said = load(folder / SOURCE)
    assert "Plan: 1 updated." in said
    assert "Commitments: 28 unchanged." in said
    loaded.refresh_from_db()
    assert loaded.title.startswith("The G7")
    event = Event.objects.filter(verb="plan.load").latest("pk")
    (correction,) = event.data["corrections"]
    assert correction["title"][0].startswith("G7 Action Plan")


def test_a_corrected_short_title_is_taken_over(loaded, folder):
    edit(folder / META, '"INTERPOL databases"', '"Databases of INTERPOL"')
    assert "Commitments: 1 updated, 27 unchanged." in load(folder / SOURCE)
    assert Commitment.objects.get(code="1.2.2").short_title == "Databases of INTERPOL"


def test_a_short_title_that_the_file_no_longer_has_stays(loaded, folder):
    edit(folder / META, '"1.2.2" = "INTERPOL databases"\n', "")
    assert "Nothing changed" in load(folder / SOURCE)


def test_a_corrected_instrument_is_taken_over(loaded, folder):
    edit(folder / INSTRUMENTS, 'name = "UNESCO"', 'name = "UNESCO (Paris)"')
    assert "Instruments: 1 updated, 34 unchanged." in load(folder / SOURCE)
    assert Instrument.objects.get(slug="unesco").name == "UNESCO (Paris)"


def test_links_become_those_of_the_file(loaded, folder):
    edit(folder / INSTRUMENTS, '"UN Security Council", "UNSCRs"', '"UNSCRs"')
    edit(folder / INSTRUMENTS, '["1.1.1", "1.5.3", "2.2"]', '["1.1.1"]')
    assert "Instrument links: 44 unchanged, 2 removed." in load(folder / SOURCE)
    council = Instrument.objects.get(slug="un-security-council")
    assert [row.code for row in council.commitments.all()] == ["1.1.1"]


def test_without_an_instruments_file_the_instruments_stay(loaded, folder):
    edit(folder / META, f'instruments = "{INSTRUMENTS}"', "")
    assert "Nothing changed" in load(folder / SOURCE)
    assert Instrument.objects.count() == 35


def test_an_instruments_file_may_be_named(reference_data, folder):
    edit(folder / META, f'instruments = "{INSTRUMENTS}"', "")
    said = load(folder / SOURCE, "--instruments", folder / INSTRUMENTS)
    assert "Instruments: 35 created." in said


def test_a_member_that_joins_later_owes_every_commitment_too(loaded):
    Member.objects.create(code="ZZ", name="Zubrowka", kind=Member.Kind.STATE)
    assert "Member commitments: 28 created, 224 unchanged." in load(FIXTURES / SOURCE)


def test_another_lay_out_of_the_same_words_changes_nothing(loaded, folder):
    """The text from which the plan was first read stays."""
    before = everything()
    edit_source(folder, "both domestically\n\nand", "both domestically and")
    said = load(folder / SOURCE)
    assert everything() == before
    assert "Nothing changed" in said


# ---- Refusals, which change nothing


def refusal(*arguments) -> str:
    """Return the message of a refused load, and check that no row changed."""
    before = everything()
    with pytest.raises(CommandError) as caught:
        load(*arguments)
    assert everything() == before
    said = str(caught.value)
    assert said.endswith("Nothing was changed.")
    return said.removesuffix("Nothing was changed.").rstrip()


def test_other_words_under_a_code_are_refused_by_their_codes(loaded, folder):
    edit_source(folder, "Border Security", "Borders")
    assert refusal(folder / SOURCE) == (
        "The wording of ise-shima-2016-ct cannot be changed. This text differs in the"
        " heading of 1.3."
    )


def test_a_changed_and_a_lost_commitment_are_refused_together(loaded, folder):
    text = (folder / SOURCE).read_text(encoding="utf-8")
    start = text.index("- Underline the importance")
    lost = text[start : text.index("\n", start) + 1]
    edit(folder / SOURCE, "Expand the use", "Widen the use")
    edit_source(folder, lost, "")
    assert refusal(folder / SOURCE).endswith("This text differs in 1.3.2, 2.5.")


def test_a_text_that_cannot_be_read_is_refused_with_what_and_where(
    reference_data, folder
):
    edit(folder / SOURCE, "Action 2:", "Action 3:")
    assert refusal(folder / SOURCE) == (
        f"{folder / SOURCE} cannot be read."
        "\n  Line 62: Action 2 must come next, not Action 3."
    )


def test_a_file_that_is_not_there_is_refused(reference_data, tmp_path):
    path = tmp_path / "none.txt"
    assert refusal(path) == (f"{path} cannot be read.\n  No such file or directory.")


def test_a_text_other_than_the_recorded_one_is_refused(reference_data, folder):
    edit(folder / SOURCE, "Border Security", "Borders")
    assert refusal(folder / SOURCE).startswith("The SHA-256 of the text is ")


def test_a_plan_without_its_summit_is_refused(reference_data, folder):
    edit(folder / META, 'summit = "ise-shima-2016"', 'summit = "ise-shima-2061"')
    assert refusal(folder / SOURCE).startswith("There is no summit ise-shima-2061")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('"1.2.2" = ', '"1.2.9" = ', "ise-shima-2016-ct has no commitment 1.2.9 for"),
        ('"PNR and API"', '"FATF network"', f"{META}: short title FATF network is"),
        ('"PNR and API"', f'"{61 * "x"}"', "commitment 1.3.2: short_title: Ensure"),
        ('"PNR and API"', '""', f"{META}: short_titles must contain only texts."),
        ('"PNR and API"', "7", f"{META}: short_titles must contain only texts."),
    ],
)
def test_a_wrong_short_title_is_refused(reference_data, folder, before, after, message):
    edit(folder / META, before, after)
    assert refusal(folder / SOURCE).startswith(message)


def test_an_owner_that_is_no_instrument_is_refused(reference_data, folder):
    edit(folder / INSTRUMENTS, 'owner = "gctf"', 'owner = "GCTF"')
    expected = "iccm has the owner GCTF, which is no instrument."
    assert refusal(folder / SOURCE) == expected


def test_owners_in_a_circle_are_refused(reference_data, folder):
    before = 'slug = "un"'
    edit(folder / INSTRUMENTS, before, f'{before}\nowner = "un-secretary-general"')
    said = refusal(folder / SOURCE)
    assert said == "The owners of un, un-secretary-general, un form a circle."


def test_owners_may_change_places(loaded, folder):
    """No moment of the load has a circle."""
    edit(folder / INSTRUMENTS, 'owner = "gctf"\n', "")
    edit(folder / INSTRUMENTS, 'slug = "gctf"\n', 'slug = "gctf"\nowner = "iccm"\n')
    assert "Instruments: 2 updated" in load(folder / SOURCE)
    assert Instrument.objects.filter(slug="gctf", owner__slug="iccm").exists()


def test_instruments_that_disagree_with_the_text_are_refused(reference_data, folder):
    edit(folder / INSTRUMENTS, '["3.1"]', '["3.2"]')
    assert refusal(folder / SOURCE).startswith("The text names iccm in 3.1, but")


def test_a_meta_that_cannot_be_read_is_refused(reference_data, folder):
    edit(folder / META, "adopted_on = 2016-05-27", 'adopted_on = "May"')
    assert refusal(folder / SOURCE) == f"{META}: adopted_on must be a date."


def test_a_failure_in_the_middle_leaves_nothing_behind(reference_data, folder):
    # The instruments come after the plan and its commitments are written.
    edit(folder / INSTRUMENTS, 'kind = "database"', 'kind = "databank"')
    assert refusal(folder / SOURCE).startswith("instrument INTERPOL's databases: kind:")
    assert not Plan.objects.exists()
