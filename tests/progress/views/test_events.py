"""Tests of the audit page: whose names it offers."""

from datetime import UTC, datetime

from accounts.models import Role, User
from audit.models import Event
from tests.factories import make_body, make_user
from tests.progress.assessments.scoring import assessor_of, released_table
from tests.progress.editing import page
from tests.progress.reading import words_of


def test_only_who_sees_the_keys_is_offered_a_key_as_a_person(
    signed_in, contributor_jp, officer_jp, officer_fr
):
    make_user(Role.OFFICER, member="JP", is_service=True, name="Registry of Japan")
    shows = {
        person: "Registry of Japan" in page(signed_in(person).get("/audit/"))
        for person in (contributor_jp, officer_jp, officer_fr)
    }
    assert shows == {contributor_jp: False, officer_jp: True, officer_fr: False}


def test_an_act_is_of_the_office_for_which_it_was_done(
    signed_in, head_fr, plan, stocktake
):
    """Whatever the person has become since."""
    body, other = make_body(), make_body("policy-institute")
    released_table(body, stocktake)
    person = User.objects.filter(pk=assessor_of(body).pk)
    act = f"{body.name} Released a score table"
    assert act in words_of(signed_in(head_fr).get("/audit/"))
    for change in (
        {"body": other},
        {"body": None, "roles": [Role.OBSERVER]},
        {"body": None, "roles": [Role.OFFICER], "member": "JP"},
    ):
        person.update(**change)
        assert act in words_of(signed_in(head_fr).get("/audit/"))


def test_an_older_act_is_of_the_office_that_the_person_has_now(
    signed_in, head_fr, plan, stocktake
):
    body = make_body()
    released_table(body, stocktake)
    by = assessor_of(body)
    copy = Event.objects.get(verb="assessment_table.release")
    copy.pk, copy.office, copy.at = None, "", datetime.now(UTC)
    copy.save()
    assert copy.actor_id == by.pk
    said = words_of(signed_in(head_fr).get("/audit/"))
    assert said.count(f"{body.name} Released a score table") == 2
