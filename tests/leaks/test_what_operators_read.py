"""Tests of logs, metrics and traces: an operator learns nothing of what is written.

Operators may be others than the administrators of the product, and what they read goes
to other systems. So nothing that anyone wrote may be in it, not even what is public.
"""

import logging
import re
from io import StringIO

import pytest
from celery import current_app
from django.test import Client
from django.urls import get_resolver
from prometheus_client import CollectorRegistry, generate_latest

from g7plan.metrics.instruments import ANSWERS, REGISTRY, SECONDS
from g7plan.monitoring.state import StateCollector
from tests.g7plan.operation.spans import spans_in_memory
from tests.leaks.addresses import routes
from tests.leaks.canaries import told_by
from tests.leaks.cast import BY_NAME, READERS
from tests.leaks.probes import SEARCHES, probes
from tests.leaks.secrets import plant_all
from tests.leaks.world import World
from tests.progress.workflow_table import undone

# They know much: what they are shown must still be in no log.
KNOWING = [
    *("officer_jp", "head_jp", "coordinator", "key_all_fr"),
    *("observatory_assessor", "key_observatory"),
]
MIDDLEWARE = [
    "g7plan.metrics.middleware.MeasureMiddleware",
    "g7plan.traces.middleware.TraceMiddleware",
]
ADDRESS_OF_A_PERSON = re.compile(r"[\w.]+@[\w.]+\.example")
SWEEPS = [
    "partners.tasks.read_events",
    "partners.tasks.read_webhook_changes",
    "partners.tasks.sweep_webhooks",
    "partners.tasks.make_digests",
    "progress.tasks.find_links",
]


@pytest.fixture
def all_tasks():
    current_app.loader.import_default_modules()
    current_app.conf.update(task_always_eager=True)
    yield
    current_app.conf.update(task_always_eager=False)


@pytest.fixture
def log(monkeypatch, all_tasks):
    """What is logged. Loading the tasks sets the handlers up again, so it is done."""
    [handler] = [h for h in logging.getLogger().handlers if h.name == "console"]
    written = StringIO()
    monkeypatch.setattr(handler, "stream", written)
    return written


def ask_everything(world: World, one_in: int) -> None:
    """Everything is there. Those who know much ask, and every sweep runs."""
    with undone():
        plant_all(world, BY_NAME["administrator"], hidden=True)
        for name in KNOWING:
            reader = BY_NAME[name]
            client: Client = reader.sign_in()
            tried = probes(deep=False, turn=READERS.index(reader), one_in=one_in)
            for probe in [*tried, *SEARCHES[::one_in]]:
                if not reader.is_key or probe.path.startswith("/api/"):
                    probe.ask(client)
        for task in SWEEPS:
            current_app.tasks[task].delay()


def check(world: World, settings, monkeypatch, log, one_in: int) -> None:
    SECONDS.clear()
    ANSWERS.clear()
    settings.MIDDLEWARE = [*MIDDLEWARE, *settings.MIDDLEWARE]
    with spans_in_memory(monkeypatch) as spans:
        ask_everything(world, one_in)
    names = {span.name for span in spans}
    assert "SELECT" in names
    assert "GET home" in names or one_in > 1
    read = {
        "log": log.getvalue(),
        "metrics": generate_latest(REGISTRY).decode(),
        "traces": spans.text(),
    }
    assert all(read.values())
    assert {where: told_by(text) for where, text in read.items()} == {
        "log": set(), "metrics": set(), "traces": set(),
    }  # fmt: skip
    people = {where: ADDRESS_OF_A_PERSON.findall(text) for where, text in read.items()}
    assert people == {"log": [], "metrics": [], "traces": []}
    check_labels()


def check_labels() -> None:
    """Each label is one of the product's own names, known before anyone asked."""
    samples = [sample for family in REGISTRY.collect() for sample in family.samples]
    assert {name for sample in samples for name in sample.labels} == {
        "route", "status", "le",
    }  # fmt: skip
    own = {pattern.name for _path, pattern in routes(get_resolver().url_patterns)}
    used = {sample.labels["route"].rpartition(":")[2] for sample in samples}
    assert used <= own | {"(change)", "(none)"}


def test_an_operator_reads_nothing_that_anyone_wrote(world, settings, monkeypatch, log):
    check(world, settings, monkeypatch, log, one_in=12)


@pytest.mark.long
def test_an_operator_reads_nothing_whatever_is_asked(world, settings, monkeypatch, log):
    check(world, settings, monkeypatch, log, one_in=1)


def state_with(world: World, *, hidden: bool) -> str:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(StateCollector())
    with undone():
        plant_all(world, BY_NAME["administrator"], hidden=hidden)
        text = generate_latest(registry).decode()
    # Of the server, with all tests that run at this moment.
    return re.sub(r"(?m)^g7plan_database_connections .*$", "", text)


def test_the_measured_state_is_the_same_whatever_is_hidden(world):
    with_all = state_with(world, hidden=True)
    assert told_by(with_all) == set()
    assert with_all == state_with(world, hidden=False)
