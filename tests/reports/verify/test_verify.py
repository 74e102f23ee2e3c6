"""Tests of what `/verify/` answers: two answers to a stranger, more to readers."""

import re
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.codes import new_code, printed_code
from tests.reports.verify.conftest import HIDDEN, erase

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
VERIFY = "/verify/"
NONSENSE = (
    "0",
    "nonsense",
    "x" * 10_000,
    "<script>alert(1)</script>",
    "\x00" * 16,
    "АВСЕНКМОРТХ12345",  # Cyrillic letters that look like Latin ones
    "' OR 1=1 --",
)


def title_of(answer):
    [title] = re.findall(r'<h2 id="answer">(.*?)</h2>', answer.text)
    return title


def sha256_of(report):
    return report.files.get().sha256


def by_code(client, code):
    return client.post(VERIFY, {"code": code})


def by_file(client, content):
    return client.post(VERIFY, {"file": SimpleUploadedFile("report.pdf", content)})


def ways(client, report):
    """Return the answers to its code and to the SHA-256 of its file."""
    answers = [by_code(client, report.code)]
    if report.files.exists():
        answers.append(client.post(VERIFY, {"sha256": sha256_of(report)}))
    return answers


def test_a_stranger_learns_that_a_final_report_is_genuine(held, client):
    for name in ("final", "superseded"):
        report = held[name]
        content = bytes(report.files.get().content)
        for answer in (*ways(client, report), by_file(client, content)):
            assert answer.status_code == 200
            assert title_of(answer) == "A genuine final report"
            assert str(report.pk) not in answer.text
            assert report.code not in answer.text


@pytest.mark.parametrize("typed", [printed_code, str.lower, " {} ".format])
def test_a_code_may_be_typed_as_it_is_printed_or_in_another_way(typed, held, client):
    answer = by_code(client, typed(held["final"].code))
    assert title_of(answer) == "A genuine final report"


def test_a_code_may_be_typed_in_full_width_letters(held, client):
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in held["final"].code)
    assert title_of(by_code(client, wide)) == "A genuine final report"
    dashed = "\u2011".join(printed_code(held["final"].code).split("-"))
    assert title_of(by_code(client, dashed)) == "A genuine final report"


def test_a_stranger_gets_one_answer_to_all_that_is_not_final(held, client):
    """The same bytes, from the same query: hidden, unknown, and nonsense."""
    codes = [held[name].code for name in HIDDEN] + [new_code(), *NONSENSE]
    hashes = [sha256_of(held[name]) for name in HIDDEN if name != "queued"]
    hashes += [sha256(b"unknown").hexdigest(), *NONSENSE]
    for field, values in {"code": codes, "sha256": hashes, "file": hashes}.items():
        name = "file_sha256" if field == "file" else field
        told = {asked(client, name, value) for value in values}
        assert len(told) == 1, field
        [(status, body, queries)] = told
        assert status == 200
        assert "Not a final report of this system" in body
        # The hit takes the same queries.
        final = held["final"]
        value = final.code if field == "code" else sha256_of(final)
        assert asked(client, name, value)[2] == queries


def asked(client, field, value):
    """Return the status, the body, and the statements without their values."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.post(VERIFY, {field: value})
    sql = tuple(re.sub(r"'[^']*'", "?", query["sql"]) for query in queries)
    return answer.status_code, answer.text, sql


def test_an_unknown_file_and_a_draft_get_the_same_answer(held, client):
    told = {
        by_file(client, content).text
        for content in (bytes(held["draft"].files.get().content), b"unknown", b"x" * 99)
    }
    assert len(told) == 1


@pytest.mark.parametrize("role", ["officer_jp", "observer", "administrator"])
def test_a_reader_gets_one_answer_to_what_they_may_not_see(
    role, held, signed_in, request
):
    client = signed_in(request.getfixturevalue(role))
    hidden = {"draft", "erased_draft", "amber", "queued"}
    told = {by_code(client, held[name].code).text for name in hidden}
    told.add(by_code(client, new_code()).text)
    # The token of the form to sign out is another one on each page.
    assert len({re.sub(r'value="\w{64}"', "", text) for text in told}) == 1
    assert "Not a final report of this system" in told.pop()


def test_the_presidency_learns_what_each_report_is(held, signed_in, coordinator):
    client = signed_in(coordinator)
    for name, title in {
        "draft": "A genuine draft, not circulated",
        "circulated": "A genuine draft, circulated",
        "objected": "A genuine draft that met an objection",
        "amber": "A genuine draft, not circulated",
        "erased_draft": "A genuine draft, not circulated",
        "final": "A genuine final report",
        "superseded": "A genuine final report, replaced by a newer one",
    }.items():
        for answer in ways(client, held[name]):
            assert title_of(answer) == title, name
            assert reverse("reports:report-detail", args=[held[name].pk]) in answer.text
            assert held[name].code not in answer.text


def test_a_superseded_report_names_the_newer_one(held, signed_in, officer_jp):
    answer = by_code(signed_in(officer_jp), held["superseded"].code)
    newer = reverse("reports:report-detail", args=[held["final"].pk])
    assert f'Newer report: <a href="{newer}">' in " ".join(answer.text.split())
    current = by_code(signed_in(officer_jp), held["final"].code)
    assert "Newer report" not in current.text
    assert "It is the current one" in current.text


def test_a_draft_names_a_newer_one_only_to_who_may_see_it(
    held, signed_in, officer_fr, coordinator
):
    """The Presidency has a draft that is newer than the circulated one."""
    newer = reverse("reports:report-detail", args=[held["final"].pk])
    answer = by_code(signed_in(coordinator), held["circulated"].code)
    assert newer in answer.text
    answer = by_code(signed_in(officer_fr), held["circulated"].code)
    draft = reverse("reports:report-detail", args=[held["draft"].pk])
    assert draft not in answer.text


def test_text_removed_by_law_is_named_to_who_may_see_the_report(
    held, signed_in, coordinator, client
):
    answer = by_code(signed_in(coordinator), held["erased_draft"].code)
    assert "Text was removed from this report by law on" in answer.text


def test_who_asked_alone_learns_of_the_own_report(held, signed_in, officer_jp):
    answer = by_code(signed_in(officer_jp), held["own"].code)
    assert title_of(answer) == "A genuine report that you requested"


def test_a_final_report_stays_genuine_after_text_was_removed_by_law(
    held, client, signed_in, coordinator
):
    """Its files are gone here. A copy is still recognised by its hash."""
    final = held["final"]
    erase(final)
    for answer in ways(client, final):
        assert title_of(answer) == "A genuine final report"
        assert "removed" not in answer.text
    for answer in ways(signed_in(coordinator), final):
        assert "Text was removed from this report by law on" in answer.text


def test_a_check_takes_few_queries(
    held, client, signed_in, coordinator, django_assert_max_num_queries
):
    for browser, most in ((client, 2), (signed_in(coordinator), 12)):
        for report in (held["draft"], held["superseded"]):
            by_code(browser, report.code)
            with django_assert_max_num_queries(most):
                by_code(browser, report.code)
