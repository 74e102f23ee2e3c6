"""Tests of the administrators' list of people, and its search."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Role, User
from accounts.wording.names import fold
from tests.factories import make_user

LIST = "/people/"
ADA, ERIC, EVE, GONE, TARO = "Ada", "Éric Zola", "eve Adams", "Gone", "山田 太郎"


@pytest.fixture
def browser(signed_in, members):
    ada = make_user(Role.ADMINISTRATOR, name=ADA, email="one@tests.example")
    return signed_in(ada)


@pytest.fixture
def crowd(members):
    make_user(Role.OFFICER, member="JP", name=ERIC, email="two@tests.example")
    make_user(Role.HEAD, member="FR", name=EVE, email="six@tests.example")
    make_user(Role.OBSERVER, name=TARO, email="four@tests.example")
    make_user(Role.ASSESSOR, name=GONE, email="five@tests.example", is_active=False)


def names_in(answer):
    table = re.search(r"<tbody>(.*?)</tbody>", answer.text, re.DOTALL)
    return re.findall(r'edit/">([^<]*)</a>', table[1]) if table else []


def test_the_list_holds_everybody_by_name(browser, crowd):
    answer = browser.get(LIST)
    assert names_in(answer) == [ADA, ERIC, EVE, GONE, TARO]
    assert "5 of 5 people" in answer.text
    assert "Head of delegation" in answer.text
    assert "never" in answer.text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"search": "eric"}, [ERIC]),
        ({"search": "ÉRIC tests"}, [ERIC]),
        ({"search": "山田"}, [TARO]),
        ({"search": "FOUR@"}, [TARO]),
        ({"search": "\uff25\uff52\uff49\uff43"}, [ERIC]),
        ({"search": "%"}, []),
        ({"search": "<script>alert(1)</script>"}, []),
        ({"member": "FR"}, [EVE]),
        ({"role": "observer"}, [TARO]),
        ({"state": "deactivated"}, [GONE]),
        ({"state": "active", "member": "JP"}, [ERIC]),
        ({"state": "invited"}, []),
    ],
)
def test_people_are_found_by_what_is_asked(browser, crowd, asked, found):
    answer = browser.get(LIST, asked)
    assert names_in(answer) == found
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("search", "name"),
    [
        ("Lukasz", "Łukasz Nowak"),
        ("ŁUKASZ", "Łukasz Nowak"),
        ("soren", "Søren Kierk"),
        ("Dorde", "Đorđe Petrović"),
        ("petrovic đor", "Đorđe Petrović"),
        ("isik", "Ayşe Işık"),
        ("IŞIK", "Ayşe Işık"),
        ("Thora", "Þóra Ægisdóttir"),
        ("aegis", "Þóra Ægisdóttir"),
        ("strasser", "Jörg Straßer"),
        ("Oeuvrard", "Zoé Œuvrard"),
        ("gudmundur", "Guðmundur Ólafsson"),
        ("aliyev", "Aliyev Ilham"),
        ("o'brien", "Sinéad O’Brien"),
        ("山田太郎", "山田 太郎"),
        ("山田 太郎", "鈴木太郎山田"),
        ("太郎 山田", "山田太郎"),
        ("山田　太郎", "山田太郎"),
        ("ジョンスミス", "ジョン・スミス"),
        ("ｼﾞｮﾝ", "ジョン・スミス"),
        ("김민수", "김 민수"),
        ("飾", "葛\U000e0100飾"),
    ],
)
def test_a_name_is_found_without_its_marks_and_blanks(browser, members, search, name):
    make_user(Role.OBSERVER, name="Someone Else", email="else@tests.example")
    make_user(Role.OBSERVER, name=name, email="x@tests.example")
    assert names_in(browser.get(LIST, {"search": search})) == [html.escape(name)]


def test_names_with_marks_are_sorted_among_those_without(browser, members):
    names = ["Dean", "Đorđe", "Duval", "Eve", "Lee", "Łukasz", "Lynn", "Ober", "Øst",
             "Ozu", "Zoë", "Þóra"]  # fmt: skip
    for number, name in enumerate(reversed(names)):
        make_user(Role.OBSERVER, name=name, email=f"x{number}@tests.example")
    found = names_in(browser.get(LIST))
    # Þ is sorted as Th.
    assert found == ["Ada", *names[:10], "Þóra", "Zoë"]


@given(st.text(max_size=20))
def test_what_is_folded_is_found_by_itself(name):
    """A search for a stored name, as typed, finds it."""
    assert all(word in fold(name) for word in fold(name).split())
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize(
    ("ordering", "found"),
    [
        ("-name", [TARO, GONE, EVE, ERIC, ADA]),
        ("email", [GONE, TARO, ADA, EVE, ERIC]),
        ("member", [ADA, GONE, TARO, EVE, ERIC]),
        ("last_login", [ERIC, EVE, TARO, ADA, GONE]),
        ("nonsense", [ADA, ERIC, EVE, GONE, TARO]),
        ("-\u202e", [TARO, GONE, EVE, ERIC, ADA]),
    ],
)
def test_people_are_sorted_by_a_column(browser, crowd, now, ordering, found):
    User.objects.filter(name=ADA).update(last_login=now)
    User.objects.filter(name=GONE).update(last_login=now.replace(year=now.year + 1))
    assert names_in(browser.get(LIST, {"ordering": ordering})) == found


def test_an_empty_list_says_what_to_do(browser, crowd):
    answer = browser.get(LIST, {"search": "nobody at all"})
    assert "No match" in answer.text
    assert "0 of 5 people" in answer.text


@pytest.mark.parametrize(
    "asked", [{"member": "XX"}, {"role": "king"}, {"state": "x"}, {"search": "a" * 201}]
)
def test_a_filter_that_makes_no_sense_is_said(browser, crowd, asked):
    answer = browser.get(LIST, asked)
    assert "Please correct 1 field" in answer.text
    assert names_in(answer) == []


def test_a_null_character_in_a_filter_is_no_error_of_ours(browser):
    assert browser.get(LIST, {"search": "a\x00b"}).status_code == 400


def test_a_page_beyond_the_last_is_the_last(browser, crowd):
    for page in ("99", "0", "x"):
        assert len(names_in(browser.get(LIST, {"page": page}))) == 5


def test_a_long_list_comes_in_pages(browser, members, django_assert_max_num_queries):
    for number in range(60):
        make_user(Role.OFFICER, member="JP", name=f"Person {number:02}")
    with django_assert_max_num_queries(12):
        answer = browser.get(LIST)
    assert len(names_in(answer)) == 50
    assert "Page 1 of 2" in answer.text
    assert len(names_in(browser.get(LIST, {"page": 2}))) == 11


def test_what_was_asked_stays_in_the_links(browser, crowd):
    page = browser.get(LIST, {"search": "e", "state": "active"}).text
    assert "?search=e&amp;state=active&amp;ordering=email" in page
