"""The scheduled tasks. Each is safe to run twice, also at the same time.

A task here finds waiting rows and gives each to a worker, or deletes expired rows. It
does not work on a row itself and remembers nothing: the rows show what is to be done.
"""

from typing import Any

DAY = 24 * 3600.0

# Name, and the task with the number of seconds between two runs.
SCHEDULE: dict[str, dict[str, Any]] = {
    # A lease lasts 30 s, so the job of a dead worker is taken up within 45 s.
    "sweep-reports": {"task": "reports.tasks.sweep_reports", "schedule": 15.0},
    # A draft is queued within a minute of its set time. The sweep of reports finds it.
    "run-schedules": {"task": "reports.tasks.run_schedules", "schedule": 60.0},
    "sweep-new-device-mails": {
        "task": "accounts.tasks.sweep_new_device_mails",
        "schedule": 60.0,
    },
    # A notice that appears within seconds is soon enough.
    "read-events": {"task": "partners.tasks.read_events", "schedule": 5.0},
    "remind-by-calendar": {
        "task": "partners.tasks.remind_by_calendar",
        "schedule": 600.0,
    },
    "make-digests": {"task": "partners.tasks.make_digests", "schedule": 600.0},
    "sweep-digests": {"task": "partners.tasks.sweep_digests", "schedule": 60.0},
    # A partner's system is notified within half a minute.
    "read-webhook-changes": {
        "task": "partners.tasks.read_webhook_changes",
        "schedule": 15.0,
    },
    "sweep-webhooks": {"task": "partners.tasks.sweep_webhooks", "schedule": 15.0},
    "delete-old-webhook-deliveries": {
        "task": "partners.tasks.delete_old_webhook_deliveries",
        "schedule": 3600.0,
    },
    # Once a day: the first run after midnight signs. The others find it signed.
    "sign-ledger": {"task": "progress.tasks.sign_ledger", "schedule": 600.0},
    "sign-reports": {"task": "reports.tasks.sign_reports", "schedule": 60.0},
    # One link of each host a minute: there is a week's time, and no host is flooded.
    "find-links": {"task": "progress.tasks.find_links", "schedule": 3600.0},
    "sweep-link-checks": {
        "task": "progress.tasks.sweep_link_checks",
        "schedule": 60.0,
    },
    # A new file is checked at once. This finds what was missed or is due again.
    "sweep-scans": {"task": "progress.tasks.sweep_scans", "schedule": 60.0},
    "delete-old-sheets": {
        "task": "progress.tasks.delete_old_sheets",
        "schedule": 3600.0,
    },
    "delete-idempotency-keys": {
        "task": "accounts.tasks.delete_idempotency_keys",
        "schedule": 3600.0,
    },
    "end-passed-roles": {"task": "accounts.tasks.end_passed_roles", "schedule": 60.0},
    "store-key-uses": {"task": "accounts.tasks.store_key_uses", "schedule": 30.0},
    "delete-old-key-uses": {
        "task": "accounts.tasks.delete_old_key_uses",
        "schedule": DAY,
    },
    "delete-orphaned-objects": {
        "task": "reports.tasks.delete_orphaned_objects",
        "schedule": DAY,
    },
    "tidy-sign-ins": {"task": "accounts.tasks.tidy_sign_ins", "schedule": DAY},
}
