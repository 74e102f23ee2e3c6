"""Tests of `/verify/` in Chromium: a code, a QR code, a file; also without a script."""

import json
import os
import re
import subprocess
import sys
from hashlib import sha256

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.every_page.layout import OVERFLOW
from tests.source_files import ROOT

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

FINAL = "A genuine final report"
NOT_FINAL = "Not a final report of this system"
# Two final reports of one line, and a later draft, in the trial.
MAKE = """
import json
from datetime import datetime, timedelta, UTC
from accounts.models import User
from commitments.models import Plan
from tests.reports.verify.held_reports import make_final, make_report
now, day = datetime.now(UTC), timedelta(days=1)
plan = Plan.objects.get(slug="verify-tests")
by = User.objects.get(email="coordinator@demo.example")
made = {}
for n, name in enumerate(("superseded", "final"), 1):
    draft = make_report(plan, by, now - (9 - n) * day, draft_number=n)
    made[name] = make_final(draft, by=by, at=now - (3 - n) * day)
made["draft"] = make_report(plan, by, now, draft_number=3)
print(json.dumps({
    name: [report.code, bytes(report.files.get().content).hex()]
    for name, report in made.items()
}))
"""


@pytest.fixture(scope="module")
def held(trial, plan_of):
    """The code and the bytes of a file of each report."""
    plan_of("verify-tests")
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", MAKE],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(trial.var_dir)},
        check=True,
        capture_output=True,
    )
    made = json.loads(done.stdout)
    return {name: (code, bytes.fromhex(held)) for name, (code, held) in made.items()}


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(request, signed_in_page):
    """A page of a stranger, with a script and without."""
    page = signed_in_page(None, java_script_enabled=request.param)
    page.sent = []
    page.on(
        "request",
        lambda sent: page.sent.append((sent.method, sent.url, sent.post_data_buffer)),
    )
    page.goto("/verify/")
    return page


def check_code(page, code):
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Check the code").click()


def check_file(page, content):
    sent = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": content}
    page.get_by_label("File", exact=True).set_input_files(sent)
    page.get_by_role("button", name="Check the file").click()


def answer(page):
    return page.locator("#answer")


def test_a_stranger_types_a_code(page, held):
    check_code(page, held["final"][0].lower())
    expect(answer(page)).to_have_text(FINAL)
    check_code(page, held["draft"][0])
    expect(answer(page)).to_have_text(NOT_FINAL)
    assert not [url for _method, url, _data in page.sent if held["draft"][0] in url]


def test_a_stranger_chooses_a_file(page, held, request):
    final, draft = held["final"][1], held["draft"][1]
    # Each answer differs from the one before, so the next check waits for it.
    check_file(page, draft)
    expect(answer(page)).to_have_text(NOT_FINAL)
    check_file(page, final)
    expect(answer(page)).to_have_text(FINAL)
    check_file(page, final[:-1] + bytes([final[-1] ^ 1]))
    expect(answer(page)).to_have_text(NOT_FINAL)
    sent = [data or b"" for method, _url, data in page.sent if method == "POST"]
    if "no-script" not in request.node.name:
        # The file itself is never sent.
        assert sent[1] == f"file_sha256={sha256(final).hexdigest()}".encode()
        assert [len(data) for data in sent] == [len(sent[0])] * 3


def test_a_file_that_is_too_large_is_refused_in_words(page, tmp_path):
    """Also where the browser sends it: it gets to show the answer."""
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(27 * 1024 * 1024)
    page.get_by_label("File", exact=True).set_input_files(large)
    page.get_by_role("button", name="Check the file").click()
    words = page.get_by_text("Choose a file of at most 25 MB.")
    expect(words.locator("visible=true")).to_have_count(1, timeout=60_000)


def test_a_qr_code_fills_in_its_code_and_leaves_no_trace(signed_in_page, held, trial):
    code = held["final"][0]
    page = signed_in_page(None)
    page.goto(f"/verify/#{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}")
    field = page.get_by_label("Code", exact=True)
    expect(field).to_have_value(f"{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}")
    assert page.url == trial.url("/verify/")
    page.keyboard.press("Enter")
    expect(answer(page)).to_have_text(FINAL)
    expect(field).to_have_value("")


@pytest.mark.parametrize(
    "fragment",
    ["<script>alert(1)</script>", "%3Cimg src=x onerror=alert(1)%3E", "content"],
)
def test_what_is_no_code_in_an_address_does_nothing(signed_in_page, fragment):
    page = signed_in_page(None)
    said = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"/verify/#{fragment}")
    expect(page.get_by_label("Code", exact=True)).to_have_value("")
    assert said == []


def test_a_mistyped_code_need_not_be_typed_again(signed_in_page, held):
    page = signed_in_page(None)
    page.goto("/verify/")
    code = held["final"][0]
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    check_code(page, wrong)
    expect(answer(page)).to_have_text(NOT_FINAL)
    expect(page.get_by_label("Code", exact=True)).to_have_value(wrong)
    page.goto("/verify/")
    expect(page.get_by_label("Code", exact=True)).to_have_value("")


def test_a_coordinator_is_led_to_the_newer_report(signed_in_page, held):
    page = signed_in_page("coordinator")
    page.goto("/reports/")
    page.get_by_role("link", name="Verify a report").first.click()
    check_code(page, held["superseded"][0])
    expect(answer(page)).to_have_text("A genuine final report, replaced by a newer one")
    page.get_by_text("Newer report:").get_by_role("link").click()
    expect(page).to_have_url(re.compile("/reports/[0-9a-f-]{36}/"))


@pytest.mark.parametrize(
    "display",
    [
        {},
        {"color_scheme": "dark"},
        {"forced_colors": "active"},
        {"viewport": {"width": 320, "height": 640}},
    ],
)
def test_every_answer_is_accessible(signed_in_page, held, display):
    stranger = signed_in_page(None, **display)
    stranger.goto("/verify/")
    assert faults(stranger) == []
    for code, title in ((held["final"][0], FINAL), ("nonsense", NOT_FINAL)):
        check_code(stranger, code)
        expect(answer(stranger)).to_have_text(title)
        expect(stranger.locator(".verify-answer")).to_be_focused()
        assert faults(stranger) == []


def faults(page):
    found = [rule["id"] for rule in Axe().run(page).response["violations"]]
    return found + ["overflow"] * (page.evaluate(OVERFLOW) > 0)
