"""People: they sign in, read, and do what their role does."""

import time
from collections.abc import Mapping
from html import unescape
from random import Random
from typing import ClassVar

from locust import between, task
from requests import Response

from benchmarks.load.cast import CHAIR, Person
from benchmarks.load.forms import (
    Form,
    decision_on_page,
    form_to,
    forms_of,
    links_of,
)
from benchmarks.load.mix import (
    ACTS,
    ACTS_OF_100,
    AGAIN,
    BETWEEN_LOOKS,
    BETWEEN_TASKS,
    DOWNLOADS,
    MOST_LOOKS,
    MOST_TRIES,
    PAGES,
    READING,
    READS,
    REFUSED_OF_100,
    REPORTS,
    TYPING,
)
from benchmarks.load.prepare import codes_of_officer
from benchmarks.load.visitors import Visitor, chosen, today
from benchmarks.seeding.world import PASSWORD

_STEP = 30  # seconds that a code of an authenticator app holds
# Someone else decided first, or the entry is no longer there for this person.
DECIDED = (302, 404, 409)
_SENTENCES = (
    "The authorities exchange the data of passengers with two more partners.",
    "A unit of twelve analysts began its work, and covers three further ports.",
    "The law entered into force. Its first report to parliament is due in spring.",
    "Training for border guards was given in four regions, with the agency.",
    "No case was lost for want of evidence from abroad since the last stocktake.",
)


class Browser(Visitor):
    """A person who has signed in. `waiting` names those who have not come yet."""

    abstract = True
    wait_time = between(*BETWEEN_TASKS)
    waiting: ClassVar[list[Person]] = []
    person: Person

    def on_start(self) -> None:
        self.person = self.waiting.pop()
        self.member, self.address = self.person.member, self.person.address
        self.random = Random(self.person.email)  # noqa: S311 - a mix, no secret
        self.client.headers["Accept"] = "text/html"
        self._come()
        if self.person.has_two_browsers:
            self.client.cookies.clear()
            self._come()
        if self.person.role != "head" and self.reports():
            self.report(self.reports()[0])
        self.arrived.append(self.address)

    def _come(self) -> None:
        page = self.ask("sign-in page", ACTS["sign-in page"])
        if page is not None:
            self.load_files(page.text)
            self._sign_in(page.text)

    def _sign_in(self, page: str) -> None:
        typed = {"login": self.person.email, "password": PASSWORD}
        form = form_to(page, ACTS["password"])
        answer = self.send("password", form, typed)
        for _ in range(MOST_TRIES):
            if answer is not None:
                break
            self.think(AGAIN)  # as the page of a 429 says
            answer = self.send("password", form, typed)
        if answer is not None and "second-step" in answer.headers["Location"]:
            answer = self._second_step(answer)
        self.follow("home", answer)

    def _second_step(self, answer: Response) -> Response | None:
        page = self.follow("second step page", answer)
        if page is None:
            return None
        form = form_to(page.text, ACTS["second step"])
        if form is None:
            return None
        codes: Mapping[str, str] = self.facts["codes_of_apps"][self.person.email]
        code = codes[str(int(time.time()) // _STEP)]
        return self.send("second step", form, {form.name_ending("code"): code})

    def open(self, kind: str, **given: str) -> Response | None:
        template = {**PAGES, **DOWNLOADS, **ACTS}[kind]
        return self.ask(kind, self.filled(template, **given))

    def send(
        self,
        kind: str,
        form: Form | None,
        typed: Mapping[str, str],
        *,
        expected: tuple[int, ...] = (302,),
        action: str = "",
    ) -> Response | None:
        """Send a form as its page made it, with what the person typed."""
        if form is None:
            return None
        sent = {**form.fields, **typed}
        path = action or form.action
        return self.ask(kind, path, method="POST", data=sent, expected=expected)

    def read(self) -> None:
        if self.reports() and self.happens(ACTS_OF_100["reporter"]):
            self.report(self.random.choice(self.reports()))
            return
        self.open(chosen(self, READS[self.person.role]), member=self._whose())

    def _whose(self) -> str:
        """Return mostly their own member, and otherwise any."""
        if self.member and self.happens(60):
            return self.member
        member: str = self.random.choice(self.facts["members"])
        return member

    def reports(self) -> tuple[str, ...]:
        """Return the kinds of report that they may compile."""
        is_chair = self.person.role == "coordinator" and self.member == CHAIR
        return REPORTS["Presidency" if is_chair else self.person.role]

    def report(self, kind: str) -> None:
        """Request a report, wait for it as its page does, and download the PDF."""
        page = self.open("report form", report=kind)
        forms = forms_of(page.text) if page is not None else []
        form = next((one for one in forms if "audience" in one.fields), None)
        self.think(READING)
        address = ACTS["report form"].format(report=kind)
        is_open = form is not None and form.fields.get("member") == ""
        typed = {"member": self.random.choice(self.facts["members"])} if is_open else {}
        answer = self.send("report", form, typed, action=address)
        page = self.follow("report page", answer)
        for _ in range(MOST_LOOKS):
            if page is None or answer is None:
                return
            files = links_of(page.text, "/reports/")
            if pdf := [link for link in files if link.endswith("/files/pdf/")]:
                self.ask("report file", pdf[0])
                return
            self.think(BETWEEN_LOOKS)
            page = self.ask("report page", answer.headers["Location"])

    def narrative(self) -> str:
        return " ".join(self.random.sample(_SENTENCES, 4))


class Reader(Browser):
    """Contributors, observers, assessors, and administrators."""

    abstract = True

    @task
    def work(self) -> None:
        self.read()


class Officer(Browser):
    @task
    def work(self) -> None:
        if self.happens(ACTS_OF_100["officer"]):
            self.write()
        else:
            self.read()

    def write(self) -> None:
        """Write an update, which the page saves meanwhile, and send it on."""
        self.open("tasks")
        self.think(READING)
        code = self.random.choice(codes_of_officer(self.person, dict(self.facts)))
        path = self.filled(ACTS["editor"], code=code, member=self.member)
        page = self.follow("editor", self.ask("editor", path, expected=(200, 302)))
        forms = forms_of(page.text) if page is not None else []
        form = next((one for one in forms if "data-autosave" in one.data), None)
        if form is None:
            return  # it is with the head or the Presidency: they only read it
        typed = {
            "narrative": self.narrative(),
            "status": "limited",
            "as_of": today(),
            "handling": "green",
            "language": form.fields.get("language") or "en",
        }
        self._type_and_send(form, typed)

    def _type_and_send(self, form: Form, typed: dict[str, str]) -> None:
        autosave, action = unescape(form.data["data-autosave"]), form.action
        for _ in range(2):
            self.think(TYPING)
            typed["next_steps"] = self.narrative()[:200]
            answer = self.send(
                "autosave", form, typed, expected=(200,), action=autosave
            )
            if answer is None:
                return
            saved = answer.json()
            if "urls" in saved:
                autosave, action = saved["urls"]["autosave"], saved["urls"]["edit"]
                typed |= {
                    "version": str(saved["version"]),
                    "started_from": saved["started_from"],
                }
        sent = self.send("submit", form, {**typed, "act": "submit"}, action=action)
        self.follow("sent", sent)


class Head(Browser):
    @task
    def work(self) -> None:
        if self.happens(ACTS_OF_100["head"]):
            self.decide()
        else:
            self.read()

    def decide(self) -> None:
        """Clear an entry of the list, or send it back."""
        page = self.open("clearance")
        links = links_of(page.text, "/clearance/?entry=") if page is not None else []
        if not links:
            return
        self.think(READING)
        opened = self.ask("clearance", self.random.choice(links))
        if opened is None:
            return
        self.think(READING)
        if self.happens(REFUSED_OF_100):
            reason = {"reason": "Please name the law, and since when it holds."}
            form = decision_on_page(opened.text, "send-back")
            self.send("send back", form, reason, expected=DECIDED)
        else:
            form = decision_on_page(opened.text, "clear")
            self.send("clear", form, {}, expected=DECIDED)


class Coordinator(Browser):
    """Reviews if their member does, and otherwise reads."""

    @task
    def work(self) -> None:
        if self.person.is_reviewer and self.happens(ACTS_OF_100["reviewer"]):
            self.review()
        else:
            self.read()

    def review(self) -> None:
        """Publish an entry of the list, or return it."""
        page = self.open("review")
        links = links_of(page.text, "/review/?") if page is not None else []
        links = [link for link in links if "entry=" in link]
        if not links:
            return
        self.think(READING)
        opened = self.ask("review", self.random.choice(links))
        if opened is None:
            return
        self.think(READING)
        if self.happens(REFUSED_OF_100):
            reason = {"reason": "Which law is meant? Please name it."}
            form = decision_on_page(opened.text, "return")
            self.send("return", form, reason, expected=DECIDED)
        else:
            form = decision_on_page(opened.text, "publish")
            self.send("publish", form, {}, expected=DECIDED)


class Contributor(Reader):
    pass


class Observer(Reader):
    pass


class Assessor(Reader):
    pass


class Administrator(Reader):
    pass


PEOPLE: dict[str, type[Browser]] = {
    "officer": Officer,
    "contributor": Contributor,
    "head": Head,
    "coordinator": Coordinator,
    "observer": Observer,
    "assessor": Assessor,
    "administrator": Administrator,
}
