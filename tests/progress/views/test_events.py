"""Tests of the audit page: whose names it offers."""

from accounts.models import Role
from tests.factories import make_user
from tests.progress.editing import page


def test_only_who_sees_the_keys_is_offered_a_key_as_a_person(
    signed_in, contributor_jp, officer_jp, officer_fr
):
    make_user(Role.OFFICER, member="JP", is_service=True, name="Registry of Japan")
    shows = {
        person: "Registry of Japan" in page(signed_in(person).get("/audit/"))
        for person in (contributor_jp, officer_jp, officer_fr)
    }
    assert shows == {contributor_jp: False, officer_jp: True, officer_fr: False}
