"""The coordinator from open to close: one stocktake on its own plan, in a browser."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_editor_page import violations
from tests.e2e.writing import WIDE
from tests.source_files import ROOT

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

PLAN = "coordinator-tests"
DETAIL = f"/plans/{PLAN}/stocktakes/from-open-to-close/"
PHONE = {"width": 360, "height": 740}
# Two members send an entry for three commitments each, past their heads.
SENT = """
from datetime import UTC, datetime
from accounts.models import User
from commitments.models import MemberCommitment
from progress.actions.clearance import clear_entry, submit_entry
from progress.actions.drafting import draft_entry
from progress.entries.text import EntryText

for member in ("jp", "de"):
    people = [
        User.objects.get(email=f"{{role}}.{{member}}@demo.example")
        for role in ("officer", "head")
    ]
    rows = MemberCommitment.objects.filter(
        commitment__plan__slug="{plan}", member=member.upper()
    )
    for mine in rows.order_by("commitment__position")[:3]:
        at = datetime.now(UTC)
        text = EntryText(
            as_of=at.date(), status="limited",
            narrative=f"What was done for {{mine.commitment.code}}.",
        )
        entry = draft_entry(member_commitment=mine, text=text, by=people[0], at=at)
        for act, by in zip((submit_entry, clear_entry), people):
            at = datetime.now(UTC)
            entry = act(entry_id=entry.pk, version=entry.version, by=by, at=at)
"""


def send_entries(trial) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", SENT.format(plan=PLAN)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(trial.var_dir)},
        check=True,
        capture_output=True,
    )


def typed(days: int) -> str:
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%dT%H:%M}"


def main_button(page: Page) -> str:
    """Return the words of the page's only primary button."""
    found = page.locator("main .button-primary:visible")
    expect(found).to_have_count(1)
    return found.inner_text()


def row_of(page: Page, member: str) -> str:
    row = page.locator(
        ".coverage-table tr", has=page.get_by_role("rowheader", name=member)
    )
    return " ".join(row.inner_text().split())


def plan_and_open(page: Page) -> None:
    page.goto(f"/stocktakes/new/?plan={PLAN}")
    page.get_by_label("Title").fill("From open to close")
    for label, days in (("Opens", -1), ("Entries due", 10), ("Grace ends", 15)):
        page.get_by_label(label, exact=True).fill(typed(days))
    page.get_by_role("button", name="Announce the stocktake").click()
    expect(page).to_have_url(re.compile(f"{DETAIL}$"))
    assert main_button(page) == "Open"
    page.get_by_role("link", name="Open", exact=True).click()
    page.get_by_label("Second reviewer").select_option(index=1)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("The stocktake is open.")).to_be_visible()


def remind(page: Page) -> None:
    """Remind one member, then the others: the page shows the words first."""
    assert main_button(page) == "Remind delegations"
    page.get_by_role("link", name="Remind Italy").click()
    expect(page.get_by_text("28 items are missing for From open")).to_be_visible()
    expect(page.get_by_text("1 item needs you on g7plan", exact=True)).to_be_visible()
    page.get_by_role("button", name="Remind Italy").click()
    expect(page.get_by_text("Italy has been reminded.")).to_be_visible()
    page.get_by_role("link", name="Remind delegations").click()
    expect(page.get_by_text("Italy: already reminded today")).to_be_visible()
    page.get_by_role("checkbox", name="Canada").uncheck()
    page.get_by_role("button", name="Remind the ticked delegations").click()
    expect(page.get_by_text("have been reminded: Germany")).not_to_contain_text(
        "Canada"
    )


def review(page: Page) -> None:
    """Return one entry, then publish the others with their texts before the eyes."""
    page.get_by_role("link", name="Review 6 entries").click()
    entries = page.get_by_role("navigation", name="Entries to review")
    entries.get_by_role("link", name=re.compile("^Japan")).first.click()
    page.locator("summary", has_text=re.compile("^Return Japan")).click()
    page.get_by_role("textbox", name=re.compile("^Reason")).fill("Name it.")
    page.get_by_role("button", name=re.compile("^Return Japan .* now$")).click()
    expect(page.locator("#messages")).to_contain_text("The entry is returned")
    page.goto(f"/review/?stocktake={PLAN}:from-open-to-close")
    entries.get_by_role("link", name="Choose all").click()
    entries.get_by_role("button", name="Publish chosen").click()
    expect(page.get_by_text("What was done for")).to_have_count(5)
    page.get_by_role("button", name="Publish the ticked entries").click()
    expect(page.get_by_text("5 entries published.")).to_be_visible()
    page.goto(DETAIL)


def test_the_coordinator_from_open_to_close(plan_of, trial, signed_in_page):
    plan_of(PLAN)
    page: Page = signed_in_page("coordinator", viewport=WIDE)
    plan_and_open(page)
    assert row_of(page, "Japan").startswith("Japan 0 of 28 0 28 0")
    remind(page)

    send_entries(trial)
    page.reload()
    assert row_of(page, "Japan").startswith("Japan 0 of 28 3 25 0")
    assert "6 were with the Presidency and 218 were not there yet" in page.inner_text(
        ".chart figcaption"
    )
    assert violations(page) == []
    review(page)

    assert row_of(page, "Japan").startswith("Japan 2 of 28 0 26 0")
    assert row_of(page, "All").startswith("All 5 of 224 0 219 0")
    assert main_button(page) == "Remind delegations"
    page.get_by_role("link", name="Close", exact=True).click()
    expect(
        page.get_by_text("219 commitments are not yet with the Presidency")
    ).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("The stocktake is closed.")).to_be_visible()
    expect(page.get_by_role("heading", name="Record of the closed")).to_be_visible()
    page.get_by_role("link", name="Verify the hash").click()
    expect(page.get_by_text("The hash still matches")).to_be_visible()
    assert main_button(page) == "Compile stocktake report"
    assert row_of(page, "All").startswith("All 5 of 224 0 219 0")
    read_by_others(signed_in_page)


def read_by_others(signed_in_page) -> None:
    """An observer reads the same page on a phone without scripts."""
    page: Page = signed_in_page("observer", viewport=PHONE, java_script_enabled=False)
    page.goto(DETAIL)
    assert row_of(page, "All") == "All 5 of 224 0"
    page.get_by_role("link", name="Published", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
    page.get_by_text("Show the numbers").click()
    expect(page.get_by_role("region", name="Numbers: Entries by day")).to_be_visible()
    expect(page.locator("main .button-primary")).to_have_count(0)


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": WIDE},
        {"viewport": PHONE},
        {"viewport": WIDE, "color_scheme": "dark"},
        {"viewport": WIDE, "forced_colors": "active"},
    ],
)
def test_charts_have_no_violation_and_do_not_scroll_sideways(signed_in_page, options):
    page: Page = signed_in_page("coordinator", **options)
    for name in ("status", "change", "coverage", "days"):
        page.goto(f"/plans/ise-shima-2016-ct/charts/{name}/")
        expect(page.get_by_role("img").first).to_be_visible()
        assert violations(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= options["viewport"]["width"]
