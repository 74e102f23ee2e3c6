"""Fixtures of the browser tests: the whole trial of `make run`, and a real browser."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from g7plan.trial.embedded.home import remove_home
from tests.accounts.single_sign_on.provider import RunningProvider, running_provider
from tests.e2e.writing import FIXTURE
from tests.g7plan.messages.pseudo_locale import make_pseudo_locale
from tests.ports import free_port
from tests.source_files import ROOT

START_WITHIN = 240  # seconds, on a machine that runs the rest of the suite as well
BROWSER_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]


def find_chromium() -> str | None:
    """Return the path of a Chromium: of one without windows first, as it is faster."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@dataclass(frozen=True)
class Trial:
    """A running trial: its address, and the folder of its data."""

    address: str
    var_dir: Path

    def url(self, path: str) -> str:
        return f"{self.address}{path}"

    def services(self) -> dict[str, str]:
        text = (self.var_dir / "services.json").read_text("utf-8")
        services: dict[str, str] = json.loads(text)
        return services


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path. Without a browser these tests are skipped or fail."""
    path = find_chromium()
    if path is None:
        reason = "Chromium is not installed"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def provider(chromium) -> Iterator[RunningProvider]:
    """The provider of the trial's single sign-on."""
    with running_provider() as running:
        yield running


@pytest.fixture(scope="session")
def trial(chromium, provider, tmp_path_factory) -> Iterator[Trial]:
    """One trial for all tests of a process, with illustrative data, on a free port."""
    var_dir = Path(tempfile.mkdtemp(prefix="g7plan-e2e-"))
    make_pseudo_locale(var_dir / "pseudo-locale")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("trial") / "log"
    settings = {"DJANGO_SETTINGS_MODULE": "tests.e2e.trial_settings"}
    process = start_trial(var_dir, port, log, {**settings, **provider.variables()})
    try:
        wait_until_ready(address, process, log)
        yield Trial(address, var_dir)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        remove_home(var_dir)
        shutil.rmtree(var_dir, ignore_errors=True)


def start_trial(
    var_dir: Path, port: int, log: Path, variables: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Leave out the suite's own addresses: the trial starts its own services."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "USER")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "g7plan.trial.supervisor", "--demo"],
            cwd=ROOT,
            env={
                **environment,
                "DJANGO_SETTINGS_MODULE": "g7plan.settings",
                **(variables or {}),
                "VAR_DIR": str(var_dir),
                "PORT": str(port),
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.3)
    pytest.fail(f"the trial did not start:\n{log.read_text('utf-8')[-4000:]}")


# Not for the session: while Playwright runs, its event loop makes Django refuse the
# database to every other test of this process.
@pytest.fixture(scope="module")
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=BROWSER_FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture
def signed_in_page(browser, trial) -> Iterator[object]:
    """`signed_in_page("officer.jp")` is a page on which that demo person signed in."""
    contexts: list[BrowserContext] = []

    def page_for(person: str | None, **options: Any) -> Page:
        context = browser.new_context(base_url=trial.address, **options)
        contexts.append(context)
        page: Page = context.new_page()
        page.set_default_timeout(15_000)
        if person is not None:
            sign_in(page, person)
        return page

    yield page_for
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def sessions(browser, trial) -> Callable[[str], Any]:
    """Return a function that signs a demo person in, once for a module."""
    kept: dict[str, Any] = {}

    def session_of(person: str) -> Any:
        if person not in kept:
            context = browser.new_context(base_url=trial.address)
            sign_in(context.new_page(), person)
            kept[person] = context.storage_state()
            context.close()
        return kept[person]

    return session_of


@pytest.fixture
def viewing_page(signed_in_page, sessions) -> object:
    """The same as `signed_in_page`, for tests that only look: they share a session."""

    def page_for(person: str | None, **options: Any) -> Page:
        state = None if person is None else sessions(person)
        page: Page = signed_in_page(None, storage_state=state, **options)
        return page

    return page_for


def sign_in(page: Page, person: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(f"{person}@demo.example")
    page.get_by_label("Password").fill("g7plan-demo")
    page.locator("form", has=page.get_by_label("Password")).get_by_role(
        "button", name="Sign in"
    ).click()
    page.wait_for_url("**/")


@pytest.fixture(scope="session")
def plan_of(trial, tmp_path_factory):
    """Return a function that loads a plan of 28 commitments without any entry."""

    def load(slug: str) -> str:
        folder = tmp_path_factory.mktemp(slug)
        source = (ROOT / f"fixtures/{FIXTURE}.toml").read_text("utf-8")
        meta = folder / f"{slug}.toml"
        meta.write_text(source.replace(f'slug = "{FIXTURE}"', f'slug = "{slug}"'))
        load_plan(trial, "--meta", str(meta))
        return slug

    return load


def load_plan(trial: Trial, *arguments: str) -> None:
    text = ROOT / f"fixtures/{FIXTURE}-action-plan.txt"
    instruments = ROOT / f"fixtures/{FIXTURE}.instruments.toml"
    subprocess.run(
        [sys.executable, "manage.py", "load_plan", str(text), "--instruments",
         str(instruments), *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(trial.var_dir)},
        check=True,
        capture_output=True,
    )  # fmt: skip


@pytest.fixture(scope="session")
def empty_plan(plan_of: Callable[[str], str]) -> str:
    """A plan without entries, for tests that each write on commitments of their own."""
    return plan_of("editor-tests")
