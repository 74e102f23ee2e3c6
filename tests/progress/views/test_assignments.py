"""Tests of the page that names who may draft a commitment."""

import pytest

from accounts.models import Role
from audit.models import Event
from progress.models import Assignment
from tests.factories import make_user, member_commitment_of
from tests.progress.editing import page


@pytest.fixture
def url(plan):
    return f"/plans/{plan.slug}/commitments/1.2.2/JP/contributors/"


@pytest.fixture
def another(members):
    return make_user(Role.CONTRIBUTOR, member="JP", name="Another contributor")


@pytest.mark.parametrize("who", ["officer_jp", "head_jp"])
def test_officers_and_heads_name_contributors(
    request, signed_in, url, contributor_jp, another, plan, who
):
    browser = signed_in(request.getfixturevalue(who))
    shown = page(browser.get(url))
    assert "Contributor JP" in shown
    assert "Another contributor" in shown
    assert shown.count("checked") == 1

    sent = {"contributors": [another.pk], "were": contributor_jp.pk}
    answer = browser.post(url, sent, follow=True)
    assert "The contributors are saved." in page(answer)
    mine = member_commitment_of(plan, "1.2.2", "JP")
    assert [one.user for one in mine.assignments.all()] == [another]
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert verbs == {"assignment.add", "assignment.remove"}


def test_saving_the_same_again_does_nothing(signed_in, url, officer_jp, contributor_jp):
    sent = {"contributors": [contributor_jp.pk], "were": contributor_jp.pk}
    signed_in(officer_jp).post(url, sent)
    assert not Event.objects.exists()


def test_nobody_may_be_named(signed_in, url, officer_jp, contributor_jp):
    browser = signed_in(officer_jp)
    assert f'name="were" value="{contributor_jp.pk}"' in page(browser.get(url))
    browser.post(url, {"were": contributor_jp.pk})
    assert not Assignment.objects.exists()


def test_of_two_who_name_at_once_neither_undoes_the_other(
    signed_in, url, officer_jp, head_jp, contributor_jp, another
):
    """Both opened the page while the first contributor alone was named."""
    shown = {"were": contributor_jp.pk}
    both = {"contributors": [contributor_jp.pk, another.pk], **shown}
    signed_in(officer_jp).post(url, both)
    signed_in(head_jp).post(url, shown)
    assert [one.user for one in Assignment.objects.all()] == [another]


@pytest.mark.parametrize("were", ["x", "<script>", "x" * 5000])
def test_an_odd_account_of_who_was_named_takes_nobody_away(
    signed_in, url, officer_jp, contributor_jp, were
):
    signed_in(officer_jp).post(url, {"were": were})
    assert [one.user for one in Assignment.objects.all()] == [contributor_jp]


@pytest.mark.parametrize("who", ["contributor_fr", "officer", "nobody", "gone"])
def test_others_cannot_be_named(signed_in, url, officer_jp, officer_fr, members, who):
    people = {
        "contributor_fr": make_user(Role.CONTRIBUTOR, member="FR", name="Theirs").pk,
        "officer": officer_jp.pk,
        "nobody": "x",
        "gone": make_user(
            Role.CONTRIBUTOR, member="JP", name="Gone", is_active=False
        ).pk,
    }
    browser = signed_in(officer_jp)
    assert "Theirs" not in page(browser.get(url))
    answer = browser.post(url, {"contributors": [people[who]]})
    assert answer.status_code == 422
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    "who", ["contributor_jp", "officer_fr", "head_fr", "coordinator", "observer"]
)
def test_others_may_not_name_anybody(request, signed_in, url, chair, who):
    browser = signed_in(request.getfixturevalue(who))
    assert browser.get(url).status_code == 403
    assert browser.post(url, {"contributors": []}).status_code == 403


def test_delegation_without_contributors_is_told_so(signed_in, officer_jp, url):
    assert "Your delegation has no contributors" in page(signed_in(officer_jp).get(url))
