"""Tests of `search` in the list of entries: what is found, by whom, and in pages."""

from datetime import date

import pytest

from progress.models import Handling, State
from tests.api.conftest import API, results
from tests.factories import make_entry, member_commitment_of

TEXTS = {
    "clear": "L’État accède aux bases de données d’INTERPOL.",
    "green": "税関職員がINTERPOLのデータベースを使用した。",
    "old": "Interpol, Europol.",
    "amber": "Interpol kestrel",
    "draft": "Interpol osprey",
}


@pytest.fixture
def entries(plan, officer_jp, officer_fr, coordinator):
    """Japan's entries, one in each state and label, and an older one of France."""

    def entry(name, code, member="JP", by=officer_jp, state=State.PUBLISHED, **fields):
        return make_entry(
            member_commitment_of(plan, code, member), by=by, state=state,
            published_by=coordinator, narrative=TEXTS[name], **fields,
        )  # fmt: skip

    return {
        "clear": entry(
            "clear", "1.1.1", as_of=date(2017, 3, 3), handling=Handling.CLEAR
        ),
        "green": entry("green", "1.2.1", as_of=date(2017, 2, 2)),
        "old": entry("old", "2.1", "FR", officer_fr, as_of=date(2016, 6, 1)),
        "amber": entry("amber", "1.2.2", as_of=date(2017, 1, 1), handling="amber"),
        "draft": entry("draft", "2.1", as_of=date(2017, 4, 4), state=State.DRAFT),
    }


def found(entries, client, search, **params):
    names = {str(entry.pk): name for name, entry in entries.items()}
    rows = results(client, "entries/", search=search, **params)
    return " ".join(names[row["id"]] for row in rows)


def test_words_are_found_in_every_script(entries, green_key):
    for search, expected in {
        "interpol": "clear green old",
        "INTERPOL DONNEES": "clear",
        "europol interp": "old",
        "etat": "clear",
        "職員": "green",
        "データベース INTERPOL": "green",
        "terpol": "",
        "!?": "",
    }.items():
        assert found(entries, green_key, search) == expected, search


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_a_file_of_all_entries_has_those_with_japanese_words_alone(
    entries, green_key, ending
):
    answer = green_key.get(f"{API}entries/", {"search": "職員", "format": ending})
    assert str(entries["green"].pk) in answer.getvalue().decode()
    assert str(entries["clear"].pk) not in answer.getvalue().decode()


def test_words_are_found_with_filters_and_in_every_order(entries, green_key):
    for params, expected in [
        ({"ordering": "as_of"}, "old green clear"),
        ({"ordering": "-commitment"}, "old green clear"),
        ({"ordering": "published_at", "member": "FR"}, "old"),
        ({"member": "JP"}, "clear green"),
        ({"as_of_before": "2017-02-28"}, "green old"),
    ]:
        assert found(entries, green_key, "interpol", **params) == expected, params


def test_only_who_may_read_an_entry_finds_it(entries, green_key, own_key_jp):
    for search in ("kestrel", "osprey", "interpol kestrel"):
        assert found(entries, green_key, search) == ""
    assert found(entries, own_key_jp, "kestrel") == "amber"
    assert found(entries, own_key_jp, "osprey") == "draft"
    assert found(entries, own_key_jp, "interpol") == "draft clear green amber"


@pytest.mark.parametrize(
    ("name", "amber", "draft"),
    [
        ("officer_fr", "", ""),
        ("observer", "", ""),
        ("assessor", "", ""),
        ("coordinator", "amber", ""),
        ("officer_jp", "amber", "draft"),
        ("head_jp", "amber", "draft"),
    ],
)
def test_people_find_what_they_may_read(
    entries, signed_in, request, name, amber, draft
):
    client = signed_in(request.getfixturevalue(name))
    assert found(entries, client, "kestrel") == amber
    assert found(entries, client, "osprey") == draft


def test_pages_of_a_search_go_on_and_back(entries, green_key):
    seen, url = [], f"{API}entries/?search=interpol&page_size=1"
    while url:
        page = green_key.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url, previous = page["next"], page["previous"]
    names = ("clear", "green", "old")
    assert seen == [str(entries[name].pk) for name in names]
    (row,) = green_key.get(previous).json()["results"]
    assert row["id"] == str(entries["green"].pk)


@pytest.mark.parametrize("step", [1, 2])
def test_pages_are_the_same_whichever_way_finds_them(
    entries, green_key, own_key_jp, monkeypatch, step
):
    """With few rows at first, the index is asked too, and again for more."""
    monkeypatch.setattr("progress.querysets.search.FIRST_TRY", step)
    monkeypatch.setattr("progress.querysets.search.SPARE", 1)
    monkeypatch.setattr("progress.querysets.search.GROWTH", 2)
    test_words_are_found_in_every_script(entries, green_key)
    test_words_are_found_with_filters_and_in_every_order(entries, green_key)
    test_only_who_may_read_an_entry_finds_it(entries, green_key, own_key_jp)
    test_pages_of_a_search_go_on_and_back(entries, green_key)
