"""Tests of what the processes load: the less, the sooner and smaller they are.

A web process sends tasks by name, and loads no task or typesetter. A worker loads no
page and no API, and keeps its connections.
"""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from celery.fixups.django import DjangoWorkerFixup  # type: ignore[attr-defined]
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from g7plan.celery import MOST_MEMORY, app, give_back_connections
from g7plan.jobs import RETRIES
from tests.source_files import ROOT, tracked

app.loader.import_default_modules()

# What gunicorn does, and the first request after it.
START = """
import json, sys
import g7plan.wsgi
from django.urls import get_resolver
assert get_resolver().url_patterns
print(json.dumps(sorted(sys.modules)))
"""
# What a worker does before its first task.
START_WORKER = """
import json, sys
from g7plan.celery import app
app.loader.init_worker()
assert app.tasks["reports.tasks.compile_report"]
print(json.dumps(sorted(sys.modules)))
"""
HEAVY = {
    "typst", "reports.renderers.pdf", "reports.snapshot",
    "celery.bin", "celery.worker.consumer", "celery.beat", "billiard.pool",
    "gunicorn.arbiter",
}  # fmt: skip
PAGES = {
    "rest_framework.serializers", "drf_spectacular.openapi", "allauth.account.views",
    "g7plan.urls", "api.urls", "progress.urls", "progress.views.matrix",
}  # fmt: skip
WORKERS_ALONE = {"runner", "tasks"}


def modules_after(start: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", start],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.long
def test_a_web_process_loads_no_task_and_no_typesetter():
    loaded = modules_after(START)
    ours = {name for name in loaded if (ROOT / name.partition(".")[0]).is_dir()}
    assert "reports.views.reports" in ours
    assert not loaded & HEAVY
    assert not {name for name in ours if name.rpartition(".")[2] in WORKERS_ALONE}


@pytest.mark.long
def test_a_worker_loads_no_page_no_api_and_no_typesetter():
    """Django's checks would: see `CELERY_SKIP_CHECKS` in g7plan/celery.py.

    The typesetter is a process of its own.
    """
    loaded = modules_after(START_WORKER)
    assert {"reports.tasks", "reports.renderers.pdf"} <= loaded
    assert not loaded & {*PAGES, "typst"}


def test_a_worker_that_took_much_memory_is_replaced():
    """It compiles one report, and the next in a process that is small again."""
    assert app.conf.worker_max_memory_per_child == MOST_MEMORY


@pytest.mark.django_db(transaction=True)
def test_a_worker_keeps_its_connections_from_one_task_to_the_next():
    task = SimpleNamespace(request=SimpleNamespace(is_eager=False))
    fixup = DjangoWorkerFixup(app)
    fixup.worker = SimpleNamespace(pool_cls="prefork")
    connection = connections["default"]
    assert isinstance(connection, DatabaseWrapper)
    pools = []
    for _task in range(3):
        fixup.on_task_prerun(sender=task)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        pools.append(connection.pool)
        fixup.on_task_postrun(sender=task)
        give_back_connections(sender=task)
        assert connection.connection is None  # it is in the pool
    assert pools == [connection.pool] * 3
    assert not connection.pool.closed


def sent_names() -> Iterator[str]:
    """The names given to `enqueue_soon` in the product, constants resolved."""
    for name in tracked("*.py"):
        if name.startswith("tests/"):
            continue
        tree = ast.parse((ROOT / name).read_text("utf-8"))
        constants = {
            node.targets[0].id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "enqueue_soon":
                value = node.args[0]
                if isinstance(value, ast.Name):
                    value = constants[value.id]
                yield str(value.value) if isinstance(value, ast.Constant) else name


def test_each_task_that_is_sent_by_name_exists():
    found = set(sent_names())
    found.remove("g7plan/jobs.py")  # takes its names from the table
    found |= {retry.task for retry in RETRIES.values()}
    assert len(found) == 7
    assert found <= set(app.tasks)
