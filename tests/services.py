"""The suite's own PostgreSQL and Valkey, thrown away at the end.

A plugin named in pyproject.toml (`-p tests.services`), because the settings are loaded
before any conftest. By then the addresses must be in the environment. The first process
starts the pair; the workers of pytest-xdist inherit its addresses. Each worker has a
database of its own (tests/databases.py makes them) and a number in Valkey.
"""

import gc
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from g7plan.messages.compiling import compile_catalogues
from g7plan.trial.embedded.home import remove_home
from g7plan.trial.embedded.services import running_services

TEMPLATE = "g7plan"
# The tests of such a folder share what takes long to make: a trial, compiled reports.
SHARING = re.compile(
    r"tests/(e2e/every_page|e2e|reports/\w+|g7plan/(?:drills|messages|trial))/"
)
# What takes longest comes first, so that no process waits for another at the end. Pages
# are looked at before the other tests of the browser change what they show.
LONGEST = (
    "tests/e2e/every_page/", "tests/e2e/", "tests/g7plan/trial/", "tests/reports/",
    "tests/leaks/",
)  # fmt: skip
# A developer's environment must not affect a test, and tests must not touch its data.
SETTINGS = {
    "ALLOWED_HOSTS", "BACKUP_AGE_RECIPIENT", "BREACHED_PASSWORDS", "CONTACT_EMAIL",
    "CSRF_TRUSTED_ORIGINS", "SECOND_FACTOR_ROLES", "SECRET_KEY_FALLBACKS",
    "DATABASE_POOLER", "DATABASE_POOL_SIZE", "DEBUG", "DEFAULT_FROM_EMAIL", "EMAIL_URL",
    "ERASURES_FILE",
    "FILES_S3_ACCESS_KEY_ID", "FILES_S3_BUCKET", "FILES_S3_ENDPOINT_URL",
    "FILES_S3_PREFIX", "FILES_S3_REGION", "FILES_S3_SECRET_ACCESS_KEY", "HTTPS",
    "LEDGER_FORMER_PUBLIC_KEYS",
    "LEDGER_PUBLIC_KEY", "KEEP_UNSENT_TEXT", "LINK_CHECKS", "LOG_LEVEL", "PORT",
    "CLAMAV_URL", "METRICS_ADDRESS", "METRICS_PORT", "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ISSUER", "OIDC_NAME",
    "OIDC_SECOND_FACTORS",
    "PROCESS", "RATE_LIMITS",
    "REPORT_FONT_DIRS", "SESSION_HOURS", "SITE_URL", "STATIC_ROOT", "TRUSTED_PROXIES",
    "TRUSTED_PROXY_COUNT",
}  # fmt: skip


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Runs around pytest-django's hook of this name, which loads the settings."""
    gc.disable()  # collecting tests makes no garbage, but a million objects
    compile_catalogues()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        prepare_environment(stack.enter_context(throw_away_services()))
    choose_own(worker or "main", number=int(worker.removeprefix("gw") or 0) + 1)
    return (yield)


@contextmanager
def throw_away_services() -> Iterator[dict[str, str]]:
    """Start both servers on data that is thrown away; give their addresses."""
    var_dir = Path(tempfile.mkdtemp(prefix="g7plan-tests-"))
    # Root's servers run as another account. Everything inside is closed to others.
    var_dir.chmod(0o711)
    try:
        with running_services(var_dir, durable=False) as addresses:
            yield {**addresses, "var_dir": str(var_dir)}
    finally:
        remove_home(var_dir)
        shutil.rmtree(var_dir)


def prepare_environment(addresses: dict[str, str]) -> None:
    for name in SETTINGS & set(os.environ):
        del os.environ[name]
    os.environ.update({name.upper(): address for name, address in addresses.items()})
    os.environ["PRODUCTION"] = "0"
    # Where static files would be collected: whitenoise warns if it is not there.
    Path(addresses["var_dir"], "static").mkdir()


def choose_own(worker: str, *, number: int) -> None:
    """This process's own database and Valkey number, in the addresses it inherited."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SIGNER_URL"):
        server = os.environ[name].rpartition("/")[0]
        os.environ[name] = f"{server}/{TEMPLATE}_{worker}"
    server = os.environ["REDIS_URL"].rpartition("/")[0]
    os.environ["REDIS_URL"] = f"{server}/{number}"


def pytest_collection_finish() -> None:
    """Collect garbage rarely, and never look again at what all tests share.

    Otherwise it takes a tenth of the time: each page leaves many cycles behind.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test an id of its own, and put the longest first.

    Of equal ids, pytest-xdist would run one only. schemathesis makes a test of each
    operation: their names differ, and not their ids.
    """
    counts = Counter(item.nodeid for item in items)
    for item in items:
        if counts[item.nodeid] > 1:
            label = item.name.partition("[")[2].removesuffix("]")
            item._id = item.id.with_params(label)
    if len({item.nodeid for item in items}) < len(items):
        raise pytest.UsageError("Two tests have one id, so one of them would not run.")
    items.sort(key=lambda item: place_of(item.nodeid))


def place_of(nodeid: str) -> int:
    found = (at for at, start in enumerate(LONGEST) if nodeid.startswith(start))
    return next(found, len(LONGEST))


class TestByTest(LoadScopeScheduling):  # type: ignore[misc]
    """Gives tests out one by one, but a folder that shares something to one process."""

    def _split_scope(self, nodeid: str) -> str:
        folder = SHARING.match(nodeid)
        return folder[0] if folder else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Producer
) -> LoadScopeScheduling | None:
    if config.option.dist != "load":
        return None
    config.option.loadscopereorder = False  # in the order of `place_of`
    return TestByTest(config, log)
