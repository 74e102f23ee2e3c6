"""Tests of keys that write at the same time: nothing is lost, and nothing twice."""

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from accounts.models import Scope
from progress.models import Entry, ExternalRef
from tests.api.conftest import client_with, store_key
from tests.api.writing.conftest import BODY, Sender

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
SCOPES = (Scope.WRITE_ENTRIES, Scope.READ_OWN)
MANY = 20
MOST_TIMES = 10


@pytest.fixture
def token(plan) -> str:
    return store_key(*SCOPES, member="JP")[1]


def _answer(act: Callable[[Sender, int], Any], sender: Sender, number: int) -> Any:
    """Return the answer of a client that sends again as long as the server is busy."""
    for _time in range(MOST_TIMES):
        answer = act(sender, number)
        if answer.status_code != 503:
            break
    return answer


def at_once(
    token: str, act: Callable[[Sender, int], Any], many: int = MANY
) -> list[Any]:
    """Return the answers to acts that begin together, each on its own connection."""
    start, answers = Barrier(many), []

    def run(number: int) -> None:
        sender = Sender(client_with(token), None)  # type: ignore[arg-type]  # unused
        start.wait()
        try:
            answers.append(_answer(act, sender, number))
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[number]) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == many
    return answers


def test_twenty_sends_of_one_reference_make_one_entry(token):
    answers = at_once(
        token,
        lambda sender, number: sender.send(
            external_ref="A-1", narrative=f"Text {number % 3}."
        ),
    )
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {201: 1, 200: MANY - 1}, answers[-1].content
    assert Entry.objects.count() == ExternalRef.objects.count() == 1


def test_one_of_many_changes_of_one_version_is_made(token):
    first = Sender(client_with(token), None)  # type: ignore[arg-type]  # unused
    pk = first.send().json()["id"]
    tag = first.tag(pk)
    answers = at_once(
        token,
        lambda sender, number: sender.patch(pk, tag, narrative=f"Text {number}."),
        many=8,
    )
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {200: 1, 412: 7}
    assert Entry.objects.get().version == 2


def test_imports_of_the_same_rows_meet(token):
    codes = ("1.1.1", "1.2.1", "1.2.2", "2.1")
    rows = [{**BODY, "commitment": code, "external_ref": code} for code in codes]

    def send(sender, number):
        ordered = rows if number % 2 else rows[::-1]
        return sender.post("import/", {"rows": ordered})

    answers = at_once(token, send, many=8)
    assert {answer.status_code for answer in answers} == {200}
    assert Entry.objects.count() == 4
