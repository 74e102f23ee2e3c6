"""The queues of tasks. A worker takes one of them, several, or all.

Each kind of work has a queue of its own, so that long reports keep no mail waiting, and
so that only the workers of some queues need the key, the mail server or other hosts.
Plain Python, no Django: the settings read it.
"""

from collections.abc import Mapping
from typing import Final

# Everything quick that reads and writes rows only: Celery's own name for its queue.
GENERAL: Final = "celery"
# Needs much memory, for the typesetter.
REPORTS: Final = "reports"
# Contacts other hosts: receivers of webhooks, links that are checked, and the scanner.
WEBHOOKS: Final = "webhooks"
# Contacts the mail server.
MAIL: Final = "mail"
# Has the private key, and the role that adds signatures.
SIGNING: Final = "signing"

QUEUES: Final = (GENERAL, REPORTS, WEBHOOKS, MAIL, SIGNING)

# The first that matches a task's name. All other tasks go to `GENERAL`.
TASK_ROUTES: Final[Mapping[str, Mapping[str, str]]] = {
    "*.tasks.sign_*": {"queue": SIGNING},
    "reports.tasks.compile_report": {"queue": REPORTS},
    "reports.tasks.render_dossier": {"queue": REPORTS},
    "partners.tasks.send_webhook*": {"queue": WEBHOOKS},
    "progress.tasks.check_link": {"queue": WEBHOOKS},
    "progress.tasks.scan_file": {"queue": WEBHOOKS},
    "partners.tasks.send_digest": {"queue": MAIL},
    "accounts.tasks.send_new_device_mail": {"queue": MAIL},
}
