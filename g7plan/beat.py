"""What happens by the clock: each entry is safe to run twice, and at once.

A task here finds rows that wait and gives each to a worker, or tidies up. None does the
work of a row itself, and none remembers where it was: the rows say what is to be done.
"""

from typing import Any

DAY = 24 * 3600.0

# Name, and the task with the seconds between two runs.
SCHEDULE: dict[str, dict[str, Any]] = {
    # A lease lasts 30 s: what a dead worker left is taken up within 45 s.
    "sweep-reports": {"task": "reports.tasks.sweep_reports", "schedule": 15.0},
    "sweep-new-device-mails": {
        "task": "accounts.tasks.sweep_new_device_mails",
        "schedule": 60.0,
    },
    # What a person sees in a few seconds is as good as at once.
    "read-events": {"task": "partners.tasks.read_events", "schedule": 5.0},
    "remind-by-calendar": {
        "task": "partners.tasks.remind_by_calendar",
        "schedule": 600.0,
    },
    "make-digests": {"task": "partners.tasks.make_digests", "schedule": 600.0},
    "sweep-digests": {"task": "partners.tasks.sweep_digests", "schedule": 60.0},
    # Once a day: the first run after midnight signs, the others find it signed.
    "sign-ledger": {"task": "progress.tasks.sign_ledger", "schedule": 600.0},
    # One link of each machine a minute: a week is long, and nobody is stormed.
    "find-links": {"task": "progress.tasks.find_links", "schedule": 3600.0},
    "sweep-link-checks": {
        "task": "progress.tasks.sweep_link_checks",
        "schedule": 60.0,
    },
    "tidy-sign-ins": {"task": "accounts.tasks.tidy_sign_ins", "schedule": DAY},
}
