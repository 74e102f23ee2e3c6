"""Every form that creates, with the page it is on and what a browser sends from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from accounts.models import Presidency, User
from accounts.single_sign_on.configured import ConfiguredProvider
from progress.actions.assessments.feedback import comment_on
from progress.models import Entry, State
from tests.conversations import make_question
from tests.factories import (
    CHAIR,
    make_body,
    make_entry,
    make_user,
    member_commitment_of,
)
from tests.progress.assessments.scoring import cell, table_in_feedback
from tests.progress.editing import typed

Fixture = Callable[[str], Any]


@dataclass(frozen=True)
class CreatingForm:
    """Who has the form, on which page, where it goes, and what is typed into it."""

    who: User
    page: str
    action: str
    typed: Mapping[str, object]


class _Inputs(HTMLParser):
    """Collects the hidden fields of the form with an action."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.is_inside = False
        self.hidden: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag == "form":
            self.is_inside = about.get("action") == self.action
        if tag == "input" and self.is_inside and about.get("type") == "hidden":
            self.hidden[str(about["name"])] = about.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False


def sent_from(browser: Client, form: CreatingForm) -> dict[str, object]:
    """Open the page, and return what a browser sends from its form."""
    return {**hidden_in(browser.get(form.page), form.action), **form.typed}


def press(
    browser: Client, form: CreatingForm, sent: Mapping[str, object], **options: Any
) -> Any:
    """Send the form as a browser does: only the editor's can carry files."""
    if form.action.endswith("/entries/new/"):
        return browser.post(form.action, sent, **options)
    body = urlencode(sent, doseq=True)
    kind = "application/x-www-form-urlencoded"
    return browser.post(form.action, body, content_type=kind, **options)


def hidden_in(answer: HttpResponseBase, action: str) -> dict[str, str]:
    found = _Inputs(action)
    found.feed(answer.getvalue().decode())
    return found.hidden


def _reported(fixture: Fixture, **fields: Any) -> Entry:
    """Return an entry of Japan on 1.2.2, published in the stocktake."""
    values = {"state": State.PUBLISHED, "stocktake": fixture("stocktake"), **fields}
    mine = member_commitment_of(fixture("plan"), "1.2.2", "JP")
    return make_entry(mine, by=fixture("officer_jp"), **values)


def _stocktake(fixture: Fixture) -> CreatingForm:
    url = reverse("progress:stocktake-new")
    dates = {
        "opens_at": "2027-03-01T09:00",
        "due_at": "2027-03-20T17:00",
        "grace_ends_at": "2027-03-27T17:00",
    }
    fields = {"plan": fixture("plan").slug, "title": "Spring stocktake", **dates}
    return CreatingForm(fixture("coordinator"), url, url, fields)


def _report(fixture: Fixture) -> CreatingForm:
    fixture("stocktake")
    url = reverse("reports:report-new-kind", args=["stocktake"])
    fields = {
        "plan": fixture("plan").slug,
        "audience": "green",
        "layout": "full",
        "language": "en",
    }
    return CreatingForm(fixture("coordinator"), url, url, fields)


def _extension(fixture: Fixture) -> CreatingForm:
    stocktake = fixture("stocktake")
    url = reverse(
        "progress:stocktake-extend", args=[stocktake.plan.slug, stocktake.slug]
    )
    until = stocktake.grace_ends_at + timedelta(days=3)
    fields = {
        "member": "JP",
        "ends_at": until.strftime("%Y-%m-%dT%H:%M"),
        "reason": "A holiday.",
    }
    return CreatingForm(fixture("coordinator"), url, url, fields)


def _question(fixture: Fixture) -> CreatingForm:
    entry = _reported(fixture)
    url = reverse("progress:question-new", args=[entry.pk])
    due_on = datetime.now(UTC).date() + timedelta(days=5)
    fields = {"body": "Which agency?", "due_on": due_on.isoformat()}
    return CreatingForm(fixture("officer_fr"), url, url, fields)


def _answer(fixture: Fixture) -> CreatingForm:
    question = make_question(_reported(fixture), by=fixture("officer_fr"))
    url = reverse("progress:question-detail", args=[question.pk])
    return CreatingForm(fixture("officer_jp"), url, url, {"answer": "The police."})


def _comment(fixture: Fixture) -> CreatingForm:
    entry = _reported(fixture, state=State.DRAFT)
    url = reverse("progress:entry-comment", args=[entry.pk, "delegation"])
    page = reverse("progress:entry-detail", args=[entry.pk])
    return CreatingForm(fixture("officer_jp"), page, url, {"body": "Is it so?"})


def _score_comment(fixture: Fixture) -> CreatingForm:
    stocktake = fixture("stocktake")
    table = table_in_feedback(make_body(), stocktake)
    page = reverse("progress:feedback-table", args=[table.pk])
    action = f"{page}?cell=1.1.1"
    return CreatingForm(
        fixture("officer_jp"), page, action, {"text": "We reported in May."}
    )


def _invitation(fixture: Fixture) -> CreatingForm:
    url = reverse("accounts:user-new")
    fields = {"name": "Ada", "email": "ada@tests.example", "roles": ["observer"]}
    return CreatingForm(fixture("administrator"), url, url, fields)


def _acronym(fixture: Fixture) -> CreatingForm:
    url = reverse("commitments:reference-new", args=["acronyms"])
    fields = {"acronym": "PNR", "meaning": "Name Record", "is_confirmed": "on"}
    return CreatingForm(fixture("administrator"), url, url, fields)


def _invitation_of_a_head(fixture: Fixture) -> CreatingForm:
    url = reverse("accounts:delegation-new")
    fields = {"name": "Ada", "email": "ada@tests.example", "roles": ["officer"]}
    return CreatingForm(fixture("head_jp"), url, url, fields)


def _invited_again(fixture: Fixture) -> CreatingForm:
    administrator = fixture("administrator")
    person = make_user()
    person.set_unusable_password()
    person.save()
    url = reverse("accounts:user-invite-again", args=[person.pk])
    page = reverse("accounts:user-edit", args=[person.pk])
    return CreatingForm(administrator, page, url, {})


def _sign_in_code(fixture: Fixture) -> CreatingForm:
    fixture("settings").SINGLE_SIGN_ON = ConfiguredProvider(
        issuer="https://id.example", client_id="a", client_secret="b", name="Ministry"
    )
    invited = _invited_again(fixture)
    url = invited.action.replace("invite-again", "single-sign-on/code")
    return CreatingForm(invited.who, invited.page, url, {})


def _release(fixture: Fixture) -> CreatingForm:
    entry = _reported(fixture, state=State.SUBMITTED)
    url = reverse("progress:entry-release", args=[entry.pk])
    return CreatingForm(fixture("coordinator"), url, url, {"reason": "It waits."})


def _reminder(fixture: Fixture) -> CreatingForm:
    stocktake = fixture("stocktake")
    fixture("officer_jp")
    url = reverse("partners:member-remind", args=[stocktake.pk, "JP"])
    return CreatingForm(fixture("coordinator"), reverse("home"), url, {})


def _reminders(fixture: Fixture) -> CreatingForm:
    stocktake = fixture("stocktake")
    fixture("officer_jp")
    url = reverse("partners:stocktake-remind", args=[stocktake.pk])
    return CreatingForm(fixture("coordinator"), url, url, {"member": "JP"})


def _entry(fixture: Fixture) -> CreatingForm:
    url = reverse("progress:entry-new", args=[fixture("plan").slug, "1.2.1", "JP"])
    return CreatingForm(fixture("officer_jp"), url, url, typed(act="save"))


def _carried(fixture: Fixture) -> CreatingForm:
    _reported(fixture, stocktake=None)
    where = [fixture("plan").slug, "1.2.2", "JP"]
    url = reverse("progress:entry-carry-forward", args=where)
    page = reverse("progress:entry-new", args=where)
    return CreatingForm(fixture("officer_jp"), page, url, {})


def _all_carried(fixture: Fixture) -> CreatingForm:
    _reported(fixture, stocktake=None)
    url = reverse("progress:entry-bulk-carry-forward")
    page = reverse("progress:plan-task-list", args=[fixture("plan").slug])
    return CreatingForm(fixture("officer_jp"), page, url, {})


def _amended(verb: str) -> Callable[[Fixture], CreatingForm]:
    def amended(fixture: Fixture) -> CreatingForm:
        entry = _reported(fixture)
        url = reverse(f"progress:entry-{verb}", args=[entry.pk])
        return CreatingForm(fixture("officer_jp"), url, url, {"reason": "A year."})

    return amended


def _focal_point(fixture: Fixture) -> CreatingForm:
    officer = fixture("officer_jp")
    url = reverse("progress:focal-point-edit", args=["JP"])
    return CreatingForm(officer, url, url, {"user": str(officer.pk)})


def _acting_head(fixture: Fixture) -> CreatingForm:
    officer = fixture("officer_jp")
    url = reverse("progress:acting-head-new")
    until = datetime.now(UTC) + timedelta(days=3)
    fields = {"user": str(officer.pk), "ends_at": until.strftime("%Y-%m-%dT%H:%M")}
    return CreatingForm(fixture("head_jp"), url, url, fields)


def _handover(fixture: Fixture) -> CreatingForm:
    fixture("chair")
    presidency = Presidency.objects.get(member=CHAIR)
    url = reverse("progress:handover-give", args=[presidency.pk])
    person = fixture("former_coordinator")
    return CreatingForm(person, url, url, {"note": "All the best."})


def _feed(fixture: Fixture) -> CreatingForm:
    url = reverse("partners:feed-new")
    fields = {"kind": "deadlines", "plan": fixture("plan").slug}
    return CreatingForm(fixture("officer_jp"), url, url, fields)


# By route. Each form carries a one-time token.
def _score_table(fixture: Fixture) -> CreatingForm:
    stocktake = fixture("stocktake")
    names = [stocktake.plan.slug, stocktake.slug]
    url = reverse("progress:assessing-begin", args=names)
    return CreatingForm(fixture("assessor"), url, url, {"phase": "interim"})


def _revised_table(fixture: Fixture) -> CreatingForm:
    assessor = fixture("assessor")
    table = table_in_feedback(assessor.body, fixture("stocktake"))
    url = reverse("progress:assessing-revise", args=[table.pk])
    return CreatingForm(assessor, url, url, {"phase": "final"})


def _answer_of_a_body(fixture: Fixture) -> CreatingForm:
    assessor = fixture("assessor")
    table = table_in_feedback(assessor.body, fixture("stocktake"))
    comment = comment_on(
        assessment=cell(table, "1.1.1", "JP"),
        text="It is so.",
        by=fixture("officer_jp"),
        at=datetime.now(UTC),
    )
    url = reverse("progress:assessing-answer", args=[table.pk, comment.pk])
    return CreatingForm(assessor, url, url, {"text": "We consider it."})


CREATING: dict[str, Callable[[Fixture], CreatingForm]] = {
    "accounts:delegation-new": _invitation_of_a_head,
    "accounts:user-invite-again": _invited_again,
    "accounts:user-new": _invitation,
    "accounts:user-sign-in-code": _sign_in_code,
    "commitments:reference-new": _acronym,
    "partners:feed-new": _feed,
    "partners:member-remind": _reminder,
    "partners:stocktake-remind": _reminders,
    "progress:acting-head-new": _acting_head,
    "progress:assessing-answer": _answer_of_a_body,
    "progress:assessing-begin": _score_table,
    "progress:assessing-revise": _revised_table,
    "progress:entry-bulk-carry-forward": _all_carried,
    "progress:entry-carry-forward": _carried,
    "progress:entry-comment": _comment,
    "progress:entry-correct": _amended("correct"),
    "progress:entry-new": _entry,
    "progress:entry-release": _release,
    "progress:entry-withdraw": _amended("withdraw"),
    "progress:feedback-table": _score_comment,
    "progress:focal-point-edit": _focal_point,
    "progress:handover-give": _handover,
    "progress:question-detail": _answer,
    "progress:question-new": _question,
    "progress:stocktake-extend": _extension,
    "progress:stocktake-new": _stocktake,
    "reports:report-new-kind": _report,
}
