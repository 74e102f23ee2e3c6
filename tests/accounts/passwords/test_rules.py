"""Tests of the rules of passwords, and of the one form in which they are kept."""

import pytest
from django.core.exceptions import ValidationError

from accounts.actions.passwords import set_password
from accounts.models import User
from accounts.passwords.own_words import OWN_LETTERS, OWN_WORDS, is_of_own_words

FULL_WIDTH = "ｃｏｒｒｅｃｔ ｈｏｒｓｅ ２０１７"


@pytest.mark.parametrize(
    "password",
    [
        "Taormina-2017!!",
        "IseShima2016Japan",
        "g7plan-demo-2017",
        "Presidency.Presidency.1",
        "PasswordPassword99",
        "ＳＵＭＭＥＲ２０１７！！",
        "Welcome, Germany 7",
    ],
)
def test_words_of_the_system_make_no_password(password):
    assert is_of_own_words(password)


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "japan delegation likes figs", "479 216 830 115", "漢字"],
)
def test_other_words_do(password):
    assert not is_of_own_words(password)


def test_the_list_is_in_the_form_it_is_compared_in():
    assert all(word.isalpha() and word == word.casefold() for word in OWN_WORDS)
    assert min(map(len, OWN_WORDS)) >= 4
    assert OWN_LETTERS < 8


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("eleven char", "at least 12 characters"),
        ("Taormina-2017!!", "words of this system"),
    ],
)
def test_the_action_refuses_a_weak_password(officer_jp, now, password, sentence):
    with pytest.raises(ValidationError, match=sentence):
        set_password(person_id=officer_jp.pk, password=password, at=now)


@pytest.mark.parametrize("field", ["email", "name"])
def test_the_action_refuses_the_name_and_the_address(officer_jp, now, field):
    User.objects.filter(pk=officer_jp.pk).update(name="Haruka Kobayashi")
    password = getattr(User.objects.get(pk=officer_jp.pk), field)
    with pytest.raises(ValidationError, match="too similar"):
        set_password(person_id=officer_jp.pk, password=password, at=now)


def test_a_password_is_the_same_from_every_keyboard(officer_jp, now):
    set_password(person_id=officer_jp.pk, password=FULL_WIDTH, at=now)
    person = User.objects.get(pk=officer_jp.pk)
    assert person.check_password("correct horse 2017")
    assert person.check_password(FULL_WIDTH)
    assert not person.check_password("correct horse 2018")


def test_a_password_of_sixty_four_characters_is_taken_whole(officer_jp, now):
    long = "many different letters, and spaces, up to sixty-four of them ..!"
    set_password(person_id=officer_jp.pk, password=long, at=now)
    person = User.objects.get(pk=officer_jp.pk)
    assert person.check_password(long)
    assert not person.check_password(long[:-1])
