"""Drills: the web process is killed while it submits, publishes, requests or pings.

It is held while it writes, when nothing may be left, and while it commits, when all is
saved and no one has an answer. Then the person opens the page and presses again.
"""

import threading
from typing import Any

import pytest

from tests.g7plan.drills.buttons import (
    AGAIN,
    BUTTONS,
    DONE,
    MOMENTS,
    SAVED_BEFORE,
)
from tests.g7plan.drills.holding import COMMITTING, held
from tests.g7plan.drills.processes import Web
from tests.g7plan.trial.visitor import Answer

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
]


def killed_during(web: Web, press: Any, table: str, moment: str) -> Answer:
    """Press the button, and kill the web process when it writes that table."""
    told: list[Answer] = []
    pressing = threading.Thread(target=lambda: told.append(press.press()))
    with held(table, moment) as hold:
        pressing.start()
        assert hold.is_reached()
        web.kill()
        pressing.join(60)
        hold.release()
    return told[0]


@pytest.mark.parametrize(("name", "moment"), MOMENTS)
def test_what_was_pressed_before_the_kill_is_done_once(name, moment, cast):
    button = BUTTONS[name]
    press = button.make(cast)
    assert button.done() == 0
    lost = killed_during(cast.web, press, button.table, moment)
    assert lost.status == 0  # no one knows that it was done
    assert button.done() == (moment == COMMITTING)
    again = press.press()
    words = SAVED_BEFORE if moment == COMMITTING else DONE
    assert words[name] in again.text
    assert button.done() == 1
    assert AGAIN[name] in press.press().text
    assert button.done() == 1
