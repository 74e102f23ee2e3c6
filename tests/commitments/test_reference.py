"""Tests of the reference files that people edit, and of mistakes in them."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from accounts.reference import ReferenceDataError
from commitments.models import Instrument
from commitments.paragraphs import read_plan_text
from commitments.plan_text import parse_plan_text
from commitments.reference import (
    InstrumentRow,
    codes_that_name,
    find_plan_meta,
    owners_first,
    read_instruments,
    read_plan_meta,
    read_summits,
    require_named,
)

FIXTURES = Path(__file__).parents[2] / "fixtures"
INSTRUMENTS = read_instruments(FIXTURES / "ise-shima-2016-ct.instruments.toml")


@pytest.fixture(scope="module")
def texts():
    source = read_plan_text(FIXTURES / "ise-shima-2016-ct-action-plan.txt")
    return {bullet.code: bullet.text for bullet in parse_plan_text(source).bullets}


@pytest.fixture
def write(tmp_path: Path):
    """`write(text)` returns the path of a TOML file with this text."""

    def write_file(text: str, name: str = "file.toml") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write_file


# ---- Summits


def test_summits_are_given_as_held_or_announced():
    summits = {row.slug: row for row in read_summits(FIXTURES / "summits.toml")}
    first = summits["ise-shima-2016"]
    assert (first.host, first.year) == ("JP", 2016)
    assert (first.starts_on, first.ends_on) == (date(2016, 5, 26), date(2016, 5, 27))
    held = [row for row in summits.values() if row.place]
    assert [row.year for row in held] == [*range(2016, 2020), *range(2021, 2027)]
    for row in held:
        assert row.starts_on
        assert row.ends_on
        assert row.starts_on < row.ends_on
        assert row.starts_on.year == row.ends_on.year == row.year


def test_the_meeting_of_2020_was_not_held_and_has_no_dates():
    (row,) = [
        row for row in read_summits(FIXTURES / "summits.toml") if row.year == 2020
    ]
    assert (row.host, row.place, row.starts_on, row.ends_on) == ("US", "", None, None)


SUMMIT = '[[summits]]\nslug = "s-2016"\nname = "S"\nyear = 2016\nhost = "JP"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "file.toml: summits is missing."),
        ("summits = 3", "file.toml: summits must be a list."),
        ("summits = [3]", "file.toml: write each row as [[summits]]."),
        (f"more = 1\n{SUMMIT}", "file.toml: more is not known here."),
        (SUMMIT.replace("year = 2016", ""), "file.toml, row 1: year is missing."),
        (SUMMIT.replace("2016\n", "true\n"), "row 1: year must be a whole number."),
        (SUMMIT.replace('"S"', '""'), "row 1: name must be a text."),
        (SUMMIT.replace('"S"', '"\\u0000"'), "row 1: name must be a text."),
        (SUMMIT.replace('"S"', '"a\\nb"'), "row 1: name must be a text."),
        (f'{SUMMIT}hots = "JP"', "file.toml, row 1: hots is not known here."),
        (f"{SUMMIT}{SUMMIT}", "file.toml: slug s-2016 is given twice."),
        (
            f"{SUMMIT}starts_on = 2016-05-26",
            "give both starts_on and ends_on, or neither.",
        ),
        (f"{SUMMIT}starts_on = 2016-05-26T00:00:00Z", "starts_on must be a date."),
        ("[[summits]", "file.toml: Expected"),
    ],
)
def test_a_slip_in_a_file_is_said_with_its_row(write, text, words):
    with pytest.raises(ReferenceDataError) as caught:
        read_summits(write(text))
    assert words in str(caught.value)


def test_a_file_that_is_not_there_or_not_utf_8_is_said(tmp_path):
    with pytest.raises(ReferenceDataError, match=r"none\.toml: No such file"):
        read_summits(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes('name = "Évian"'.encode("latin-1"))
    with pytest.raises(ReferenceDataError, match=r"latin\.toml: 'utf-8'"):
        read_summits(tmp_path / "latin.toml")


# ---- The plan's own data


def test_the_meta_of_ise_shima_is_found_beside_its_text():
    path = find_plan_meta(FIXTURES / "ise-shima-2016-ct-action-plan.txt")
    meta = read_plan_meta(path)
    assert (meta.slug, meta.summit) == ("ise-shima-2016-ct", "ise-shima-2016")
    assert meta.adopted_on == date(2016, 5, 27)
    assert meta.instruments == "ise-shima-2016-ct.instruments.toml"


def test_no_meta_or_two_beside_a_text_are_refused(write, tmp_path):
    with pytest.raises(ReferenceDataError, match=r"No file in the folder of plan\.txt"):
        find_plan_meta(tmp_path / "plan.txt")
    write('source = "plan.txt"', "a.toml")
    write('source = "plan.txt"', "b.toml")
    with pytest.raises(ReferenceDataError, match=r"a\.toml and b\.toml .*--meta"):
        find_plan_meta(tmp_path / "plan.txt")


# ---- Instruments


@pytest.mark.parametrize("row", INSTRUMENTS, ids=lambda row: row.slug)
def test_an_instrument_is_linked_to_exactly_the_commitments_that_name_it(row, texts):
    assert list(row.commitments) == codes_that_name(row.matches, texts)


@pytest.mark.parametrize("row", INSTRUMENTS, ids=lambda row: row.slug)
def test_every_match_stands_in_the_plan_as_printed(row, texts):
    for match in row.matches:
        assert codes_that_name([match], texts)


@pytest.mark.parametrize("row", INSTRUMENTS, ids=lambda row: row.slug)
def test_an_instruments_kind_is_known_and_its_owner_is_an_instrument(row):
    assert row.kind in Instrument.Kind.values
    assert row.owner in {other.slug for other in INSTRUMENTS} | {""}


def test_interpol_is_what_names_interpol(texts):
    (interpol,) = [row for row in INSTRUMENTS if row.slug == "interpol"]
    named = [code for code, text in texts.items() if "INTERPOL" in text]
    assert list(interpol.commitments) == named == ["1.2.2", "1.2.3", "1.6.1", "1.6.2"]


def test_every_number_of_a_resolution_in_the_plan_has_its_instrument():
    resolutions = {row.name for row in INSTRUMENTS if row.kind == "resolution"}
    assert resolutions == {
        "UNSCR 1373 (2001)",
        "UNSCR 1540 (2004)",
        "UNSCR 2170 (2014)",
        "UNSCR 2178 (2014)",
        "UNSCR 2199 (2015)",
        "UNSCR 2253 (2015)",
    }


def test_every_abbreviation_in_the_plan_is_an_instrument_or_known_not_to_be(texts):
    """A name outside the list would be missing from every filter."""
    # Actors, themes and threats that the plan speaks of, none of them an instrument.
    themes = {"FTF", "G7", "ISIL", "ISPs", "CT", "CVE", "CT/CVE", "PVE", "UNSCRs"}
    matches = {match for row in INSTRUMENTS for match in row.matches}
    words = {
        word.strip("(),.'").removesuffix("'s").removesuffix(")")
        for text in texts.values()
        for word in text.split()
    }
    abbreviations = {word for word in words if sum(c.isupper() for c in word) > 1}
    abbreviations -= {"CT-related", "WCO)'s"}
    assert {
        word
        for word in abbreviations - themes
        if not any(word in match for match in matches)
    } == set()


def test_words_are_matched_whole_and_as_printed():
    texts = {"1": "UNSCRs", "2": "the UN's role", "3": "un", "4": "(UN)", "5": "UN"}
    assert codes_that_name(["UN"], texts) == ["2", "4", "5"]
    assert codes_that_name(
        ["1373(2001)"], {"1": "1373(2001),", "2": "11373(2001)"}
    ) == ["1"]


def test_an_instrument_may_have_an_owner(write):
    (row,) = read_instruments(write(f'{ROW}owner = "assembly"\n'))
    assert row == replace(INSTRUMENT, owner="assembly")


def test_an_owner_that_the_plan_does_not_name_has_no_lists(write):
    path = write('[[instruments]]\nslug = "un"\nname = "UN"\nkind = "body"\n')
    (row,) = read_instruments(path)
    assert (row.matches, row.commitments) == ((), ())
    require_named([row], {"1.1": "the UN"})
    path = write(ROW.replace('matches = ["UN"]\n', ""))
    with pytest.raises(ReferenceDataError, match="both matches and commitments"):
        read_instruments(path)


def test_two_instruments_of_one_slug_are_refused(write):
    with pytest.raises(ReferenceDataError) as caught:
        read_instruments(write(ROW + ROW))
    assert str(caught.value) == "file.toml: slug un is given twice."


def test_meta_files_are_named_in_order(write, tmp_path):
    write('source = "plan.txt"', "b.toml")
    assert find_plan_meta(tmp_path / "plan.txt").name == "b.toml"
    write('source = "plan.txt"', "a.toml")
    write('source = "another.txt"', "c.toml")
    with pytest.raises(ReferenceDataError) as caught:
        find_plan_meta(tmp_path / "plan.txt")
    assert str(caught.value) == (
        'a.toml and b.toml in the folder of plan.txt have source = "plan.txt".'
        " Choose a meta file with --meta."
    )
    with pytest.raises(ReferenceDataError) as caught:
        find_plan_meta(tmp_path / "none.txt")
    assert str(caught.value) == (
        'No file in the folder of none.txt has source = "none.txt".'
        " Choose a meta file with --meta."
    )


INSTRUMENT = InstrumentRow("un", "United Nations", "body", "", ("UN",), ("1.1",))


def test_a_list_that_does_not_agree_with_the_text_is_refused():
    require_named([INSTRUMENT], {"1.1": "the UN", "1.2": "the FATF"})
    with pytest.raises(
        ReferenceDataError, match=r"names un in 1\.1, 1\.2, .* lists 1\.1"
    ):
        require_named([INSTRUMENT], {"1.1": "the UN", "1.2": "the UN"})
    with pytest.raises(ReferenceDataError, match="names un in no commitment"):
        require_named([INSTRUMENT], {"1.1": "the FATF"})


def test_both_lists_are_named_in_full():
    row = replace(INSTRUMENT, commitments=("1.1", "1.2"))
    with pytest.raises(ReferenceDataError) as caught:
        require_named([row], {"1.2": "the UN", "1.3": "the UN"})
    assert str(caught.value) == (
        "The text names un in 1.2, 1.3, but the instruments file lists 1.1, 1.2."
    )


def test_owners_come_before_what_they_own():
    slugs = [row.slug for row in owners_first(INSTRUMENTS)]
    assert sorted(slugs) == sorted(row.slug for row in INSTRUMENTS)
    for row in INSTRUMENTS:
        assert not row.owner or slugs.index(row.owner) < slugs.index(row.slug)


ROW = """[[instruments]]
slug = "un"
name = "United Nations"
kind = "body"
matches = ["UN"]
commitments = ["1.1"]
"""


@pytest.mark.parametrize("cell", ["[]", '["1.1", 3]', '["1.1", ""]', "[[]]"])
def test_a_list_of_something_else_than_texts_is_refused(write, cell):
    path = write(ROW.replace('["1.1"]', cell))
    with pytest.raises(ReferenceDataError, match="commitments must be a list of texts"):
        read_instruments(path)


def test_an_instrument_without_owner_stands_for_itself(write):
    (row,) = read_instruments(write(ROW))
    assert row == INSTRUMENT
