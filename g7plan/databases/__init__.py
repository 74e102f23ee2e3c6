"""The database settings of a process: its pool of connections, and its time limits.

Plain Python, no Django: the settings call it. Django finds the backend in `base`.
"""

from collections.abc import Mapping
from typing import Any

import dj_database_url

# How long the database lets each kind of process wait and work. When a limit ends it, a
# page answers 503. Verification, exports, imports and migrations have no limit.
# The signing process verifies before it signs.
LIMITS: Mapping[str, Mapping[str, str]] = {
    "web": {
        "lock_timeout": "2s",
        "statement_timeout": "5s",
        "idle_in_transaction_session_timeout": "20s",
    },
    "worker": {
        "lock_timeout": "10s",
        "statement_timeout": "2min",
        "idle_in_transaction_session_timeout": "5min",
    },
    "signer": {},
    "command": {},
}


# Compiling a query to machine code takes longer than any query here. The default cost
# of a page that an index names is that of a spinning disk. On other disks PostgreSQL
# would read a table whole too often.
PLANNING = ["-c jit=off", "-c random_page_cost=1.1"]


def database_of(
    url: str, *, process: str, pool_size: int, through_pooler: bool = False
) -> dict[str, Any]:
    """Return a PostgreSQL connection, pooled per process, that never waits for ever.

    A pooler such as PgBouncer gives each transaction another session of the database.
    It accepts no options at the start of one, so it sets the limits itself
    (docker/pgbouncer/pgbouncer.ini), and `/readyz` compares them.
    """
    parsed: dict[str, Any] = {**dj_database_url.parse(url)}
    options = parsed.get("OPTIONS", {})
    given = [options["options"]] if "options" in options else []
    limits = [f"-c {name}={limit}" for name, limit in LIMITS[process].items()]
    limits += PLANNING
    parsed["THROUGH_POOLER"] = through_pooler
    parsed["OPTIONS"] = {
        **options,
        **({} if through_pooler else {"options": " ".join(given + limits)}),
        "connect_timeout": 5,
        "application_name": "g7plan",
        "pool": {
            "min_size": 1,
            "max_size": pool_size,
            "timeout": 4,
            # After this time the next request opens a lost connection again. The pool's
            # own attempts would become rarer and rarer.
            "reconnect_timeout": 5,
        },
    }
    parsed["ENGINE"] = "g7plan.databases"
    parsed["CONN_MAX_AGE"] = 0  # the pool keeps connections, not the thread
    # The pool tests each connection before use: a database that was restarted costs no
    # request.
    parsed["CONN_HEALTH_CHECKS"] = True
    parsed["ATOMIC_REQUESTS"] = False
    return parsed
