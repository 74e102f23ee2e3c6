"""Tests that an erased entry leaves the public pages with the next request."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from tests.factories import make_body
from tests.progress.assessments.scoring import cell, released_table
from tests.progress.public_reading.opening import make_clear, make_public_reading

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.mark.long
def test_an_erased_entry_is_like_one_that_is_not_there(members, plan):
    make_public_reading()
    entry = make_clear(plan, evidence=1, file_name="protocol.txt")
    file = entry.evidence_links.get(evidence__kind="file").evidence_id
    paths = [f"/public/entries/{entry.pk}/", f"/public/evidence/{file}/file/"]
    place = "/public/plans/test-plan/commitments/1.2.2/"
    tags = [Client().get(path).headers["ETag"] for path in [*paths, place]]
    call_command(
        "erase_entry",
        str(entry.pk),
        reason="Order 12",
        by="A. Clerk",
        yes=True,
        stdout=StringIO(),
    )
    missing = Client().get("/public/nothing/").content
    for path, tag in zip(paths, tags, strict=False):
        answer = Client().get(path, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content) == (404, missing)
    answer = Client().get(place, headers={"If-None-Match": tags[-1]})
    assert answer.status_code == 200
    assert entry.narrative not in answer.text
    assert "protocol.txt" not in answer.text
    assert "erased" not in answer.text


@pytest.mark.long
def test_of_erased_words_about_a_score_the_public_learns_no_reason(members, stocktake):
    make_public_reading()
    table = released_table(make_body(), stocktake, handling="clear")
    found = cell(table, "1.1.1", "JP")
    path = "/public/plans/test-plan/scores/university-observatory/1.1.1/JP/"
    tag = Client().get(path).headers["ETag"]
    assert found.guideline
    for text in (found, found.guideline):
        erased = {"reason": "Order 12", "by": "A. Clerk", "yes": True}
        call_command("erase_score", str(text.pk), stdout=StringIO(), **erased)
    answer = Client().get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "Partial compliance or work in progress" in answer.text
    assert answer.text.count("[erased]") == 2
    for words in ("in spring", "example.org", "compliance with", "Order", "Clerk"):
        assert words not in answer.text
