"""Tests of names: who reads a person's, and who only their member's or office's."""

from accounts.models import Member
from progress.permissions import (
    is_colleague,
    name_of,
    name_of_reviewer,
    name_of_writer,
)
from tests.progress.unsaved import CHAIR, allowed, entry_of, person


def test_colleagues_belong_to_the_same_delegation_now():
    writer = person("contributor JP")
    assert allowed(lambda reader: is_colleague(writer, reader)) == {
        "contributor JP", "officer JP", "head JP", "coordinator JP",
    }  # fmt: skip
    of_no_member = person("assessor")
    assert allowed(lambda reader: is_colleague(of_no_member, reader)) == set()


def test_a_person_is_named_inside_the_delegation_they_acted_for():
    japan = Member(code="JP", name="Member JP")
    moved = person("officer FR")
    moved.name = "A. Moved"
    assert name_of(moved, japan, person("head JP")) == "A. Moved"
    assert name_of(moved, japan, person("head FR")) == "Member JP"
    assert name_of(moved, japan, person("observer")) == "Member JP"


def test_a_writer_is_named_to_colleagues_until_they_leave():
    entry = entry_of("JP")
    writer, moved = person("officer JP"), person("officer FR")
    writer.name = moved.name = "A. Writer"
    assert name_of_writer(writer, entry, person("head JP")) == "A. Writer"
    assert name_of_writer(writer, entry, person("head FR")) == "Member JP"
    assert name_of_writer(moved, entry, person("head JP")) == "Member JP"
    assert name_of_writer(moved, entry, person("head FR")) == "Member JP"


def test_a_reviewer_is_named_by_office():
    entry, italy = entry_of("JP"), Member(code=CHAIR, name="Italy")
    assert name_of_reviewer(entry, chair_then=CHAIR) == "The Presidency"
    assert (
        name_of_reviewer(entry, chair_then=CHAIR, member=italy)
        == "The Presidency (Italy)"
    )
    assert name_of_reviewer(entry, chair_then="JP") == "The second reviewer"
    assert (
        name_of_reviewer(entry, chair_then="JP", member=italy) == "The second reviewer"
    )
