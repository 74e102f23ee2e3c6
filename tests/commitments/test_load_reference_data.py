"""Tests of loading members, presidencies and summits: first, corrected, or refused."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Member, Presidency
from audit.models import Event
from commitments.models import Summit
from tests.databases import lock_timeout

FIXTURES = Path(__file__).parents[2] / "fixtures"
NAMES = ("members.toml", "presidencies.toml", "summits.toml")


def load(*arguments) -> list[str]:
    said = StringIO()
    call_command("load_reference_data", *arguments, stdout=said)
    return said.getvalue().splitlines()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        shutil.copy(FIXTURES / name, tmp_path)
    return tmp_path


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_reference_data_is_loaded_and_counted(db):
    assert load() == [
        "Members: 8 created.",
        "Presidencies: 15 created.",
        "Summits: 12 created.",
        "Acronyms: 24 created.",
    ]
    assert Summit.objects.get(slug="ise-shima-2016").host_id == "JP"


def test_loading_again_changes_nothing(db):
    load()
    events = Event.objects.count()
    assert load() == [
        "Members: 8 unchanged.",
        "Presidencies: 15 unchanged.",
        "Summits: 12 unchanged.",
        "Acronyms: 24 unchanged.",
    ]
    assert Event.objects.count() == events


def test_a_correction_of_the_file_corrects_the_row(db, folder):
    load()
    edit(folder / "summits.toml", 'place = "Hiroshima"', 'place = "Hiroshima City"')
    assert load(folder)[2] == "Summits: 1 updated, 11 unchanged."
    assert Summit.objects.get(slug="hiroshima-2023").place == "Hiroshima City"
    event = Event.objects.latest("pk")
    assert (event.verb, event.target) == ("summit.correct", "Hiroshima 2023")
    assert event.data == {"place": ["Hiroshima", "Hiroshima City"]}


def test_dates_that_are_announced_later_are_added(db, folder):
    load()
    edit(
        folder / "summits.toml",
        'year = 2027\nhost = "US"',
        'year = 2027\nhost = "US"\nstarts_on = 2027-06-01\nends_on = 2027-06-02',
    )
    load(folder)
    summit = Summit.objects.get(slug="united-states-2027")
    assert (summit.starts_on, summit.ends_on) == (date(2027, 6, 1), date(2027, 6, 2))


@pytest.mark.parametrize(
    ("name", "before", "after", "words"),
    [
        ("summits.toml", 'host = "DE"', 'host = "ZZ"', "There is no member ZZ"),
        ("summits.toml", 'name = "Elmau"', "", "summits.toml, row 7: name is missing."),
        ("summits.toml", "2022-06-28", "2022-06-25", "summit Elmau 2022: "),
        ("summits.toml", '"elmau-2022"', '"elmau 2022"', "summit Elmau 2022: slug: "),
        ("presidencies.toml", 'member = "DE"', 'member = "ZZ"', "no member ZZ"),
        ("members.toml", 'kind = "org', 'kind = "0rg', "member European Union: kind: "),
        ("members.toml", 'code = "EU"', 'code = "e"', "member European Union: "),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(
    db, folder, name, before, after, words
):
    edit(folder / name, before, after)
    with pytest.raises(CommandError) as caught:
        load(folder)
    assert words in str(caught.value)
    assert str(caught.value).endswith("Nothing was changed.")
    assert not any(m.objects.exists() for m in (Member, Presidency, Summit, Event))


@pytest.mark.django_db(transaction=True)
def test_two_loads_that_start_together_make_each_row_once():
    def load_and_leave() -> list[str]:
        try:
            # A command waits for the other one as long as it takes.
            with lock_timeout("0"):
                return load()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(load_and_leave) for _ in range(2)]
    first, second = sorted(answer.result()[0] for answer in answers)
    assert (first, second) == ("Members: 8 created.", "Members: 8 unchanged.")
    assert Presidency.objects.count() == 15
