"""Tests of the address to which browsers report breaches of the policy."""

import json

import pytest
from django.test import Client
from structlog.testing import capture_logs

from accounts.limits.table import Limit

pytestmark = pytest.mark.django_db

OLD, NEW = "application/csp-report", "application/reports+json"
PAGE = "https://stocktake.example.org/people/me/?search=secret"
REPORT = {
    "document-uri": PAGE,
    "effective-directive": "script-src-elem",
    "blocked-uri": "https://user:word@evil.example/steal?of=secret",
    "script-sample": "secret",
    "source-file": PAGE,
}


def sent(body, media_type=OLD, client=None):
    text = body if isinstance(body, str) else json.dumps(body)
    with capture_logs() as logs:
        answer = (client or Client()).post("/csp-reports/", text, media_type)
    return answer, [line for line in logs if line["event"] == "csp_violation"]


def test_a_report_is_a_line_in_the_log_without_what_is_personal():
    answer, [line] = sent({"csp-report": REPORT})
    assert (answer.status_code, answer.content) == (204, b"")
    told = {name: line[name] for name in ("directive", "blocked", "page")}
    assert told == {
        "directive": "script-src-elem",
        "blocked": "https://evil.example",
        "page": "accounts:me",
    }
    assert "secret" not in str(line)
    assert "user" not in str(line)


def test_the_present_format_holds_several_reports():
    body = {
        "documentURL": "nonsense:[",
        "effectiveDirective": "style-src-attr",
        "blockedURL": "inline",
    }
    report = {"type": "csp-violation", "body": body}
    other = {"type": "deprecation", "body": body}
    answer, lines = sent([other, *[report] * 20], NEW)
    # Of the first ten, one is of another type.
    assert (answer.status_code, len(lines)) == (204, 9)
    assert (lines[0]["blocked"], lines[0]["page"]) == ("inline", "unknown")


@pytest.mark.parametrize(
    ("blocked", "told"),
    [
        ("chrome-extension://abcdef/x.js", "chrome-extension"),
        ("https://[broken", "unknown"),
        ("https://two words/", "unknown"),
        ("", "unknown"),
        (7, "unknown"),
    ],
)
def test_what_was_blocked_is_told_as_an_origin_at_most(blocked, told):
    report = {**REPORT, "blocked-uri": blocked, "effective-directive": "x\ny"}
    _answer, [line] = sent({"csp-report": report})
    assert (line["blocked"], line["directive"]) == (told, "unknown")


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        ("{}", "application/json", 415),
        ("{", OLD, 400),
        ("[" * 16_000, NEW, 400),
        ("x" * 17_000, OLD, 413),
        ('{"csp-report": 7}', OLD, 204),
        ('"text"', NEW, 204),
        ("[1, {}]", NEW, 204),
    ],
)
def test_a_body_that_is_no_report_is_not_logged(body, media_type, status):
    answer, lines = sent(body, media_type)
    assert (answer.status_code, lines) == (status, [])


def test_reports_are_counted_for_an_address_and_for_all(settings):
    settings.RATE_LIMITS |= {"csp-reports-address": Limit(2, 60)}
    answers = [sent({"csp-report": REPORT})[0] for _number in range(3)]
    assert [answer.status_code for answer in answers] == [204, 204, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    settings.RATE_LIMITS |= {"csp-reports": Limit(3, 60)}
    others = [Client(REMOTE_ADDR=f"203.0.113.{number}") for number in (7, 8)]
    statuses = [sent({"csp-report": REPORT}, client=one)[0] for one in others]
    assert [answer.status_code for answer in statuses] == [204, 429]


def test_a_report_does_not_say_who_the_browser_belongs_to(
    signed_in, officer_jp, django_assert_num_queries
):
    browser = signed_in(officer_jp)
    with django_assert_num_queries(0):
        answer, _lines = sent({"csp-report": REPORT}, client=browser)
    assert answer.status_code == 204
    assert not answer.cookies
