"""Take the README's picture from a new trial, for `make screenshot`."""

import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from g7plan.trial.embedded.home import remove_home
from tests.e2e.conftest import (
    BROWSER_FLAGS,
    find_chromium,
    sign_in,
    start_trial,
    wait_until_ready,
)
from tests.ports import free_port
from tests.source_files import ROOT

PICTURE = ROOT / "docs" / "matrix.png"


def take(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=BROWSER_FLAGS
        )
        context = browser.new_context(
            base_url=address, viewport={"width": 1280, "height": 860}
        )
        page = context.new_page()
        sign_in(page, "coordinator")
        page.goto("/matrix/")
        page.screenshot(path=PICTURE)
        browser.close()


@contextmanager
def own_trial() -> Iterator[str]:
    """Give the address of a new trial with illustrative data, and remove it after."""
    var_dir = Path(tempfile.mkdtemp(prefix="g7plan-picture-"))
    port, log = free_port(), var_dir.with_suffix(".log")
    process = start_trial(var_dir, port, log)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        remove_home(var_dir)
        shutil.rmtree(var_dir, ignore_errors=True)
        log.unlink(missing_ok=True)


def main() -> None:
    with own_trial() as address:
        take(address)
    sys.stdout.write(f"Written: {PICTURE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
