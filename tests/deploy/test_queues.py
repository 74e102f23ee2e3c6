"""Tests of the queues: which task goes where."""

from collections import defaultdict

from g7plan.celery import app
from g7plan.queues import GENERAL, MAIL, QUEUES, REPORTS, SIGNING, WEBHOOKS

# Written by hand. All other tasks are quick, and read and write rows only.
EXPECTED = {
    "accounts.tasks.send_new_device_mail": MAIL,
    "partners.tasks.send_digest": MAIL,
    "partners.tasks.send_webhook": WEBHOOKS,
    "partners.tasks.send_webhooks": WEBHOOKS,
    "progress.tasks.check_link": WEBHOOKS,
    "progress.tasks.scan_file": WEBHOOKS,
    "progress.tasks.sign_ledger": SIGNING,
    "reports.tasks.compile_report": REPORTS,
    "reports.tasks.render_dossier": REPORTS,
    "reports.tasks.sign_reports": SIGNING,
}


def queue_of(task: str) -> str:
    route = app.amqp.router.route({}, task)
    return str(route["queue"].name)


def test_each_task_goes_to_the_queue_of_its_kind():
    app.loader.import_default_modules()
    names = [name for name in app.tasks if not name.startswith("celery.")]
    by_queue = defaultdict(set)
    for name in names:
        by_queue[queue_of(name)].add(name)
    assert set(by_queue) == set(QUEUES)
    found = {name: queue_of(name) for name in names if queue_of(name) != GENERAL}
    assert found == EXPECTED


def test_sweeps_do_not_wait_behind_what_they_send():
    """Otherwise a queue that is full of reports would never be looked at again."""
    for entry in app.conf.beat_schedule.values():
        assert queue_of(entry["task"]) in {GENERAL, SIGNING}
