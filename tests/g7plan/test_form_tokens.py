"""Tests of second presses: a form that creates makes one thing, however late."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.db import connections
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.actions.form_tokens import KEPT, Press
from accounts.actions.purge import delete_expired
from accounts.models import FormToken
from progress.models import Comment, Stocktake
from reports.models import Report
from tests.g7plan.creating_forms import CREATING, hidden_in, press, sent_from
from tests.progress.editing import page
from tests.tables import SESSIONS, changed_tables, hashes_of_tables

SENT_BEFORE = "You sent this form before, so nothing new was created."
# Routes that accept a form and create nothing new, and why a second press is harmless.
NOT_CREATING = {
    **dict.fromkeys(
        [
            "language", "tour-close", "accounts:me", "accounts:delegation-deactivate",
            "accounts:delegation-edit", "accounts:delegation-reactivate",
            "accounts:user-deactivate",
            "accounts:user-edit", "accounts:user-reactivate",
            "commitments:reference-edit",
            "partners:notice-preferences", "progress:entry-bulk-clear",
            "progress:entry-bulk-publish", "progress:assessing-cell",
            "progress:assessing-discard", "progress:assessing-feedback",
            "progress:assessing-guideline-edit",
            "progress:assessing-guideline-publish", "progress:assessing-release",
            "progress:entry-bulk-return", "progress:entry-bulk-send-back",
            "progress:entry-bulk-submit", "progress:entry-clear",
            "progress:entry-confirm", "progress:entry-discard", "progress:entry-edit",
            "progress:entry-publish", "progress:entry-recall", "progress:entry-return",
            "progress:entry-send-back", "progress:entry-submit",
            "progress:member-commitment-edit", "progress:stocktake-cancel",
            "progress:stocktake-close", "progress:stocktake-edit",
            "progress:stocktake-open", "progress:stocktake-reviewer",
            "reports:schedule-edit",
        ],
        "It changes a row at the version that its page showed.",
    ),
    **dict.fromkeys(
        [
            "progress:update-sheet", "progress:update-sheet-preview",
            "progress:update-sheet-discard", "progress:assessing-upload",
            "progress:assessing-uploaded", "progress:assessing-uploaded-discard",
        ],
        "A person has one sheet. A second press replaces it, or finds it gone.",
    ),
    "progress:public-reading-propose": (
        "There is one decision at a time. A second press finds it proposed."
    ),
    "progress:plan-confirm-unchanged": (
        "It confirms texts at the versions shown. A second press finds them confirmed."
    ),
    **dict.fromkeys(
        [
            "progress:assessing-guidelines-publish",
            "job-retry", "accounts:grant-agree", "accounts:grant-refuse",
            "progress:acting-head-end", "progress:api-key-revoke",
            "progress:assignment-edit",
            "progress:handover-receive", "new-mark-as-read",
            "new-undo", "progress:public-agreement-list",
            "progress:public-reading-confirm", "progress:public-reading-end",
            "progress:responsible-edit", "progress:plan-responsible-list",
            "reports:report-cancel", "reports:report-retry", "reports:report-stop",
            "reports:schedule-stop",
        ],
        "It sets a state. A second press finds it set.",
    ),
    **dict.fromkeys(
        [
            "progress:entry-autosave", "progress:entry-new-autosave",
            "progress:assessing-cell-autosave",
            "progress:entry-preview", "progress:entry-new-preview",
        ],
        "The editor's script sends it, one request at a time, with the row's version.",
    ),
    **dict.fromkeys(
        ["progress:api-key-new", "progress:api-key-rotate"],
        "The name of a key is unique, and a key is replaced once. The answer to the"
        " first press has the only copy of the secret, so it cannot be given again.",
    ),
    **dict.fromkeys(
        ["reports:dossier-request", "reports:dossier-file"],
        "It creates no row. Of two requests, the session keeps the later one.",
    ),
    **dict.fromkeys(
        [
            "accounts:session-end", "accounts:session-end-others",
            "accounts:sign-in-identity-end", "accounts:user-end-identity",
            "partners:feed-revoke", "partners:notice-read",
            "partners:notice-read-all",
        ],
        "It ends or marks what is there.",
    ),
    **dict.fromkeys(
        ["reports:report-circulate", "reports:report-object", "reports:report-approve"],
        "A draft is in one circulation, a member objects once and a person approves"
        " once. A second press finds it done.",
    ),
    "reports:schedule-new": "There is one schedule of each kind, and it is there.",
    **dict.fromkeys(
        ["accounts:user-address", "accounts:user-reset-sign-in"],
        "One request waits for a person at a time. A second press finds it waiting.",
    ),
    "accounts:delegation-invite-again": (
        "It sends a link again. A token would be used up where the address is new, and"
        " not where it is in use elsewhere: a head would see which it is."
    ),
    "csp-reports": "It writes a line of the log.",
    "accounts:sign-in-identity-link": "It leads to the provider of single sign-on.",
    "verify": "It only looks something up.",
}  # fmt: skip
# They create nothing that a person asks for; tests/accounts has a test of each.
# Public pages answer what is not reading like an address that is not there.
ELSEWHERE = ("account_", "mfa_", "api:", "api-", "public:", "public-reports:")
STAND_INS = {"uuid": UUID(int=0), "slug": "x", "str": "x", "int": 0}


def routes(patterns, namespace="", converters=()):
    for pattern in patterns:
        found = {**dict(converters), **getattr(pattern.pattern, "converters", {})}
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else ""
            yield from routes(pattern.url_patterns, inner or namespace, found.items())
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{namespace}{pattern.name}", found


def accepts_forms(route, converters, browsers):
    values = {
        name: STAND_INS[
            type(converter)
            .__name__.removesuffix("Converter")
            .lower()
            .replace("string", "str")
        ]
        for name, converter in converters.items()
    }
    try:
        url = reverse(route, kwargs=values)
    except NoReverseMatch:
        return False
    return all(browser.post(url).status_code != 405 for browser in browsers)


def test_every_form_is_known_as_one_that_creates_or_not(
    plan, signed_in, administrator, officer_jp, coordinator
):
    """A later form that creates has to join the table of forms with a token."""
    browsers = [signed_in(user) for user in (administrator, officer_jp, coordinator)]
    found = {
        route
        for route, converters in routes(get_resolver().url_patterns)
        if not route.startswith(ELSEWHERE)
        and accepts_forms(route, dict(converters), browsers)
    }
    assert found == set(CREATING) | set(NOT_CREATING)
    assert not set(CREATING) & set(NOT_CREATING)


@pytest.fixture(params=CREATING)
def creating(request):
    return CREATING[request.param](request.getfixturevalue)


def messages_of(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_second_press_shows_what_the_first_one_made_and_makes_nothing(
    creating, signed_in, mailoutbox
):
    browser = signed_in(creating.who)
    sent = sent_from(browser, creating)
    first = press(browser, creating, sent)
    assert first.status_code in {200, 302}
    before, mails = hashes_of_tables(but=SESSIONS), len(mailoutbox)
    for _time in range(2):
        again = press(browser, creating, sent)
        assert again.status_code == 302
        if first.status_code == 302:
            assert again.url == first.url
        assert any(SENT_BEFORE in message for message in messages_of(again))
        assert "error" not in [m.level_tag for m in get_messages(again.wsgi_request)]
    assert not changed_tables(before, hashes_of_tables(but=SESSIONS))
    assert len(mailoutbox) == mails
    assert browser.get(again.url).status_code == 200


def test_the_first_press_made_something_and_used_the_token(creating, signed_in):
    browser = signed_in(creating.who)
    sent = sent_from(browser, creating)
    before = hashes_of_tables(but=SESSIONS)
    press(browser, creating, sent)
    made = changed_tables(before, hashes_of_tables(but=SESSIONS))
    assert made - {"accounts_formtoken"}
    token = FormToken.objects.get()
    assert (token.user, str(token.token)) == (creating.who, sent["form_token"])
    assert token.made_url


def test_opening_a_form_stores_nothing_and_each_time_gives_another_token(
    creating, signed_in
):
    browser = signed_in(creating.who)
    one, two = (sent_from(browser, creating)["form_token"] for _time in range(2))
    assert one != two
    assert not FormToken.objects.exists()


# ---- One form, in depth


@pytest.fixture
def comments(request):
    return CREATING["progress:entry-comment"](request.getfixturevalue)


def test_a_refused_press_leaves_the_token_unused(comments, signed_in):
    browser = signed_in(comments.who)
    sent = sent_from(browser, comments)
    assert press(browser, comments, {**sent, "body": " "}).status_code == 422
    assert not FormToken.objects.exists()
    assert press(browser, comments, sent).status_code == 302
    assert Comment.objects.count() == 1


def test_a_press_that_is_refused_after_a_file_was_kept_leaves_the_token_unused(
    request, signed_in
):
    form = CREATING["progress:entry-new"](request.getfixturevalue)
    browser = signed_in(form.who)
    sent = sent_from(browser, form)
    with open(__file__, "rb") as source:  # noqa: PTH123 - any text
        file = {"evidence-file": source, "narrative": "x" * 10_001}
        assert browser.post(form.action, {**sent, **file}).status_code == 422
    assert not FormToken.objects.exists()
    assert press(browser, form, sent).status_code == 302


def test_a_token_does_nothing_for_another_person(comments, signed_in, head_jp):
    sent = sent_from(signed_in(comments.who), comments)
    press(signed_in(comments.who), comments, sent)
    other = press(signed_in(head_jp), comments, sent, follow=True)
    assert SENT_BEFORE not in page(other)
    assert Comment.objects.count() == FormToken.objects.count() == 2


def test_a_form_without_a_token_or_with_a_false_one_is_sent_as_ever(
    comments, signed_in
):
    browser = signed_in(comments.who)
    for token in ({}, {"form_token": "x"}, {"form_token": ""}):
        sent = {"body": f"Is it so {token}?", **token}
        assert press(browser, comments, sent).status_code == 302
    assert Comment.objects.count() == 3


def test_what_was_typed_differently_is_kept_and_can_be_sent_again(comments, signed_in):
    browser = signed_in(comments.who)
    sent = sent_from(browser, comments)
    first = press(browser, comments, sent)
    other = {**sent, "body": "Another comment, that nobody may lose.\nReally."}
    answer = press(browser, comments, other)
    assert answer.status_code == 409
    shown = page(answer)
    assert "Another comment, that nobody may lose.\nReally." in shown
    assert first.url.split("#")[0] in shown
    assert Comment.objects.count() == 1
    fresh = hidden_in(answer, comments.action)["form_token"]
    assert fresh != sent["form_token"]
    again = {**other, "form_token": fresh}
    assert press(browser, comments, again).status_code == 302
    assert Comment.objects.count() == 2


def test_a_second_press_is_known_however_late_a_page_may_be_open(
    comments, signed_in, now
):
    browser = signed_in(comments.who)
    sent = sent_from(browser, comments)
    press(browser, comments, sent)
    assert timedelta(seconds=settings.SESSION_COOKIE_AGE) < KEPT == timedelta(days=30)
    delete_expired(at=now + KEPT - timedelta(minutes=1))
    press(signed_in(comments.who), comments, sent)
    assert Comment.objects.count() == 1
    delete_expired(at=now + KEPT + timedelta(minutes=1))
    assert not FormToken.objects.exists()


def test_another_site_cannot_find_out_about_a_form(comments):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(comments.who)
    first = Press(comments.who, uuid4(), "0" * 64, comments.who.created_at)
    first.claim()
    sent = {"body": "Hello.", "form_token": str(first.token)}
    assert press(browser, comments, sent).status_code == 403


def test_a_press_whose_answer_was_lost_is_not_repeated(
    comments, signed_in, monkeypatch
):
    """The server may die between the commit and the answer."""
    monkeypatch.setattr("accounts.actions.form_tokens._WAITS", (0,))
    browser = signed_in(comments.who)
    sent = sent_from(browser, comments)
    press(browser, comments, sent)
    FormToken.objects.update(made_url="")
    answer = press(browser, comments, sent)
    assert answer.status_code == 302
    assert any("Look for what it created" in text for text in messages_of(answer))
    assert Comment.objects.count() == 1


# ---- Two presses at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("route", "model"),
    [
        ("progress:stocktake-new", Stocktake),
        ("reports:report-new-kind", Report),
        ("progress:entry-comment", Comment),
    ],
)
def test_two_presses_at_once_make_one_thing(route, model, request, signed_in):
    form = CREATING[route](request.getfixturevalue)
    sent = sent_from(signed_in(form.who), form)
    before = model.objects.count()
    barrier, answers = Barrier(4), []

    def press_it(browser):
        barrier.wait()
        try:
            answers.append(press(browser, form, sent))
        finally:
            connections.close_all()

    browsers = [signed_in(form.who) for _time in range(4)]
    presses = [Thread(target=press_it, args=[browser]) for browser in browsers]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert model.objects.count() == before + 1
    assert [answer.status_code for answer in answers] == [302] * 4
    assert len({answer.url for answer in answers}) == 1
