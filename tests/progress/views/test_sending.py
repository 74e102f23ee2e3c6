"""Tests of what a person reads after sending an entry: message and tag agree."""

import re

import pytest

from accounts.models import Member, Role
from progress.models import State
from tests.factories import make_entry, make_user, member_commitment_of
from tests.progress.editing import typed
from tests.progress.reading import html_of, words_of

# The member, whether it skips clearance, the message, and the tag of the entry.
RECIPIENTS = [
    ("JP", False, "Sent to your head of delegation for clearance.", "In clearance"),
    ("JP", True, "Sent to the Presidency for review.", "With the Presidency"),
    ("IT", False, "Sent to your head of delegation for clearance.", "In clearance"),
    ("IT", True, "Sent to the second reviewer.", "With the second reviewer"),
]


def press(browser, entry):
    return browser.post(f"/entries/{entry.pk}/submit/", {"version": entry.version})


def save_and_press(browser, entry):
    sent = typed(version=entry.version, act="submit")
    return browser.post(f"/entries/{entry.pk}/edit/", sent)


@pytest.mark.parametrize("send", [press, save_and_press])
@pytest.mark.parametrize(("member", "skips", "message", "tag"), RECIPIENTS)
def test_the_message_and_the_tag_name_the_same_place(
    signed_in, plan, stocktake, send, member, skips, message, tag
):
    Member.objects.filter(pk=member).update(skips_clearance=skips)
    officer = make_user(Role.OFFICER, member=member)
    row = member_commitment_of(plan, "1.2.2", member)
    entry = make_entry(row, by=officer, state=State.DRAFT, stocktake=stocktake)
    browser = signed_in(officer)
    answer = send(browser, entry)
    assert answer.status_code == 302
    assert message in words_of(browser.get(answer.url))
    shown = browser.get(f"/entries/{entry.pk}/")
    tags = re.findall(r'class="tag tag-\w+">([^<]+)<', html_of(shown))
    assert tag in tags
    assert not {each[3] for each in RECIPIENTS} - {tag} & set(tags)
