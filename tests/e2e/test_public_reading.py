"""Tests of public reading in Chromium: its decision, and reading without an account."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

PLAN = "/public/plans/ise-shima-2016-ct/"
SCORES = f"{PLAN}scores/policy-institute/"
PAGES = [
    "/public/", PLAN, f"{PLAN}members/IT/", f"{PLAN}commitments/1.2.2/",
    f"{PLAN}scores/", SCORES, f"{SCORES}ranking/", f"{SCORES}ranking/?by=area",
    f"{SCORES}1.2.2/JP/",
]  # fmt: skip
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A demonstration may hold invented times: as if the notice were long over.
STARTED = """
    WITH decided AS (
        SELECT (SELECT id FROM accounts_user WHERE email = 'admin@demo.example') AS one,
            (SELECT id FROM accounts_user WHERE email = 'admin.2@demo.example') AS two,
            now() - interval '900 days' AS at)
    INSERT INTO progress_publicreading (id, proposed_at, proposed_by_id)
        SELECT gen_random_uuid(), at, one FROM decided
"""
CONFIRMED = """
    UPDATE progress_publicreading SET confirmed_at = proposed_at,
        starts_at = proposed_at + interval '14 days',
        confirmed_by_id = (
            SELECT id FROM accounts_user WHERE email = 'admin.2@demo.example')
        WHERE ended_at IS NULL
"""
ENDED = """
    UPDATE progress_publicreading SET ended_at = now(), ended_by_id = proposed_by_id
        WHERE ended_at IS NULL
"""


@pytest.fixture
def database(trial) -> Iterator[psycopg.Connection]:
    address = trial.services()["database_url"]
    with psycopg.connect(address, autocommit=True) as found:
        found.execute(ENDED)
        yield found
        found.execute(ENDED)


@pytest.fixture
def started(database) -> None:
    database.execute(STARTED)
    database.execute(CONFIRMED)


def test_two_administrators_announce_it_and_one_turns_it_off(
    database, trial, signed_in_page
):
    first, second = signed_in_page("admin"), signed_in_page("admin.2")
    reader = signed_in_page(None)
    first.goto("/people/")
    first.get_by_role("link", name="Public reading").click()
    first.get_by_role("link", name="Propose public reading").click()
    first.get_by_role("button", name="Propose public reading").click()
    expect(first.get_by_text("you cannot confirm it yourself")).to_be_visible()
    second.goto("/public-reading/")
    second.get_by_role("link", name="Confirm public reading").click()
    second.get_by_role("button", name="Confirm public reading").click()
    second.get_by_text("Public reading starts on").wait_for()
    assert reader.goto("/public/").status == 404
    head = signed_in_page("head.it")
    head.goto("/public-reading/")
    head.get_by_role("link", name="Older entries of your delegation").click()
    head.get_by_role("button", name="Agree to all older entries").click()
    head.get_by_role("button", name="Agree").click()
    head.get_by_text("You agreed to public reading").wait_for()
    second.goto("/public-reading/")
    second.get_by_role("link", name="Turn public reading off").click()
    second.get_by_role("button", name="Turn public reading off").click()
    second.get_by_text("Public reading is off", exact=True).wait_for()


def test_anyone_reads_a_plan_without_an_account(started, trial, signed_in_page):
    reader = signed_in_page(None, java_script_enabled=False)
    reader.goto("/public/")
    # By its address: other tests load plans of the same title.
    reader.locator(f"main a[href='{PLAN}']").click()
    reader.wait_for_url(f"**{PLAN}")
    reader.locator(".public-marks a").first.click()
    report = re.compile("^What .+ reports$")
    expect(reader.get_by_role("heading", name=report)).to_be_visible()
    reader.goto(PLAN)
    reader.get_by_role("link", name="Policy Institute").click()
    reader.get_by_role("link", name="Japan, 1.2.2:").focus()
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", name="Rationale")).to_be_visible()
    assert reader.context.cookies() == []


@pytest.mark.parametrize("scheme", ["light", "dark", "forced"])
@pytest.mark.parametrize("width", [360, 1280])
def test_public_pages_are_accessible_and_fit(started, signed_in_page, width, scheme):
    options = {"color_scheme": scheme} if scheme != "forced" else {}
    colours = {"forced_colors": "active"} if scheme == "forced" else {}
    viewport = {"width": width, "height": 800}
    page = signed_in_page(None, viewport=viewport, **options, **colours)
    page.goto(PLAN)
    entry = page.locator(".public-marks a").first.get_attribute("href")
    for path in [*PAGES, entry, "/public/nothing/"]:
        page.goto(path)
        assert page.evaluate(OVERFLOW) <= 0, path
        found = Axe().run(page).response["violations"]
        nodes = [(rule["id"], rule["nodes"][0]["html"]) for rule in found]
        assert nodes == [], path


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("admin", "/public-reading/"),
        ("admin", "/public-reading/propose/"),
        ("head.it", "/public-reading/"),
        ("head.it", "/public-reading/entries/"),
    ],
)
def test_the_pages_of_its_decision_are_accessible_and_fit(
    database, signed_in_page, person, path
):
    page = signed_in_page(person, viewport={"width": 320, "height": 640})
    assert page.goto(path).ok
    assert page.evaluate(OVERFLOW) <= 0
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
