"""Measure ten pages of a new trial with Lighthouse, for `make lighthouse`.

Lighthouse is a program for Node. npm installs it once into `var/lighthouse/`. It then
needs no network. It is no part of the tests: its numbers depend on the machine.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from g7plan.trial.embedded.home import remove_home
from tests.e2e.conftest import (
    BROWSER_FLAGS,
    find_chromium,
    sign_in,
    start_trial,
    wait_until_ready,
)
from tests.e2e.weight.test_layout_shift import PLAN
from tests.ports import free_port
from tests.source_files import ROOT

LIGHTHOUSE = "lighthouse@12.8.2"
FOLDER = ROOT / "var" / "lighthouse"
LEAST = 95  # of 100, in each category
TRIES = 2  # a browser may not start
CATEGORIES = ("performance", "accessibility", "best-practices")
METRICS = {
    "first-contentful-paint": "FCP",
    "largest-contentful-paint": "LCP",
    "total-blocking-time": "TBT",
    "cumulative-layout-shift": "CLS",
    "total-byte-weight": "bytes",
}
PAGES = [
    ("officer.jp", "/"),
    ("officer.jp", "/tasks/"),
    ("officer.jp", f"{PLAN}commitments/1.2.2/JP/"),
    ("head.jp", "/clearance/"),
    ("coordinator", "/review/"),
    ("coordinator", "/matrix/"),
    ("observer", PLAN),
    ("observer", f"{PLAN}commitments/1.2.2/"),
    ("observer", "/search/?q=terrorist+financing"),
    ("admin", "/people/"),
]


def install() -> Path:
    """Return Lighthouse's program, installed into `var/` the first time."""
    program = FOLDER / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        options = ["--silent", "--no-audit", "--no-fund", "--prefix", str(FOLDER)]
        subprocess.run(["npm", "install", *options, LIGHTHOUSE], check=True)
    return program


def session_cookies(address: str) -> dict[str, str]:
    """Return the cookies of each person, as the header of a request."""
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=BROWSER_FLAGS
        )
        for person in {person for person, _path in PAGES}:
            context = browser.new_context(base_url=address)
            sign_in(context.new_page(), person)
            cookies = [f"{each['name']}={each['value']}" for each in context.cookies()]
            found[person] = "; ".join(cookies)
            context.close()
        browser.close()
    return found


def measure(program: Path, url: str, cookie: str) -> dict[str, Any]:
    """Return Lighthouse's result for a page on a phone, which is its usual profile."""
    flags = " ".join(["--headless=new", *BROWSER_FLAGS])
    command = [
        str(program), url, "--quiet", "--output=json",
        f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}",
        f"--extra-headers={json.dumps({'Cookie': cookie})}",
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": find_chromium() or ""}
    for _ in range(TRIES):
        answer = subprocess.run(command, capture_output=True, env=environment)
        if answer.returncode == 0:
            result: dict[str, Any] = json.loads(answer.stdout)
            return result
    sys.exit(f"{url} could not be measured: {answer.stderr.decode().strip()}")


def row(person: str, path: str, result: dict[str, Any]) -> tuple[str, bool]:
    scores = [round(100 * result["categories"][name]["score"]) for name in CATEGORIES]
    audits = [result["audits"][name]["displayValue"] for name in METRICS]
    metrics = [audit.removeprefix("Total size was ") for audit in audits]
    cells = [person, path, *map(str, scores), *metrics]
    return f"| {' | '.join(cells)} |\n", min(scores) >= LEAST


def measure_all(address: str) -> bool:
    """Write a row for each page. Return whether each has enough in each category."""
    program, cookies = install(), session_cookies(address)
    heads = ["person", "page", *CATEGORIES, *METRICS.values()]
    sys.stdout.write(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}\n")
    are_enough = []
    for person, path in PAGES:
        line, is_enough = row(
            person, path, measure(program, f"{address}{path}", cookies[person])
        )
        sys.stdout.write(line)
        sys.stdout.flush()
        are_enough.append(is_enough)
    return all(are_enough)


def main() -> int:
    var_dir = Path(tempfile.mkdtemp(prefix="g7plan-lighthouse-"))
    port, log = free_port(), var_dir.with_suffix(".log")
    process = start_trial(var_dir, port, log)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process, log)
        return 0 if measure_all(f"http://127.0.0.1:{port}") else 1
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        remove_home(var_dir)
        shutil.rmtree(var_dir, ignore_errors=True)
        log.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
