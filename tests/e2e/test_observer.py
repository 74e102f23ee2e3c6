"""The observer's two minutes, counted in clicks, with scripts and without.

"What has Italy done on terrorist financing since Evian, and on what evidence?"
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

MOST_CLICKS = 4
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HOMES = ["observer", "assessor", "reviewer", "coordinator", "admin", "officer.jp"]
ASSESSOR = "(SELECT id FROM accounts_user WHERE email = 'assessor@demo.example')"
NO_MARK = f"DELETE FROM progress_readingmark WHERE user_id = {ASSESSOR}"
MARK_BEFORE_ALL = f"""
    INSERT INTO progress_readingmark
        (user_id, ledger_number, erasure_number, marked_at)
        VALUES ({ASSESSOR}, 0, 0, now() - interval '1 day')
"""


@dataclass
class Clicks:
    """Clicks links and summaries, and counts."""

    page: Page
    made: int = 0

    def __call__(self, target: Locator) -> None:
        target.first.click()
        self.made += 1


@pytest.mark.parametrize("has_scripts", [True, False])
@pytest.mark.parametrize("width", [1280, 360])
def test_what_italy_has_done_on_terrorist_financing_since_evian(
    signed_in_page, has_scripts, width
):
    page = signed_in_page(
        "observer",
        java_script_enabled=has_scripts,
        viewport={"width": width, "height": 740},
    )
    page.goto("/")
    click, main = Clicks(page), page.locator("main")
    click(main.get_by_role("link", name="Italy", exact=True))
    click(main.get_by_role("link", name=re.compile(r"1\.5 Countering Terrorist Fin")))
    click(main.get_by_role("link", name=re.compile("Published since Évian")))
    # The answer: each commitment's status and words, published since the summit.
    expect(page.get_by_role("heading", name="Italy", exact=True)).to_be_visible()
    answers = page.locator("article.position")
    assert answers.count() > 0
    for answer in answers.all():
        assert re.search(r"\b1\.5\.\d", answer.inner_text())
    # And the evidence: a list that opens, or the words that none was given.
    evidence = answers.first.locator(".read-evidence summary")
    if evidence.count():
        click(evidence)
        expect(answers.first.locator(".evidence")).to_be_visible()
    else:
        expect(answers.first).to_contain_text("No sources given")
    assert click.made <= MOST_CLICKS


def test_the_menu_of_a_phone_opens_without_a_script(signed_in_page):
    page = signed_in_page(
        "coordinator",
        java_script_enabled=False,
        viewport={"width": 360, "height": 740},
    )
    page.goto("/matrix/")
    links = page.get_by_role("navigation", name="Main").get_by_role("link")
    expect(links.first).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(links.first).to_be_visible()
    page.get_by_role("button", name="Close the menu").click()
    expect(links.first).to_be_hidden()


def test_the_menu_is_one_row_and_closes_with_escape(signed_in_page):
    page = signed_in_page("coordinator", viewport={"width": 360, "height": 740})
    page.goto("/changes/")
    bar = page.locator(".navigation")
    assert bar.bounding_box()["height"] <= 64
    page.get_by_role("button", name="Menu").press("Enter")
    expect(bar.get_by_role("link", name="Changes")).to_have_attribute(
        "aria-current", "page"
    )
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    page.keyboard.press("Escape")
    expect(bar.get_by_role("link").first).to_be_hidden()


@pytest.mark.parametrize(
    ("look", "width"),
    [
        ({"color_scheme": "light"}, 1280),
        ({"color_scheme": "light"}, 360),
        ({"color_scheme": "dark"}, 1280),
        ({"forced_colors": "active"}, 1280),
    ],
)
def test_homes_changes_and_new_are_accessible_in_every_look(
    signed_in_page, look, width
):
    for person in HOMES:
        page = signed_in_page(person, viewport={"width": width, "height": 740}, **look)
        paths = ["/", "/changes/", "/new/"] if person == "observer" else ["/"]
        for path in paths:
            assert page.goto(path).ok
            assert page.evaluate(OVERFLOW) <= 0, (person, path)
            found = Axe().run(page).response["violations"]
            named = [(rule["id"], rule["nodes"][0]["html"]) for rule in found]
            assert named == [], (person, path)


@pytest.fixture
def returning_assessor(trial) -> Iterator[str]:
    """An assessor to whom every publication is new.

    Their list starts with a mark and not with the last stocktake: other tests open
    stocktakes, and nothing was published after those.
    """
    address = trial.services()["database_url"]
    with psycopg.connect(address, autocommit=True) as database:
        database.execute(NO_MARK)
        database.execute(MARK_BEFORE_ALL)
        yield "assessor"
        database.execute(NO_MARK)


def test_what_was_read_is_marked_with_the_keyboard_and_undone(
    returning_assessor, signed_in_page
):
    page = signed_in_page(returning_assessor)
    page.goto("/new/")
    mark = page.get_by_role("button", name="Mark as read", exact=True)
    newest = page.locator(".changes-list li").first.inner_text()
    mark.press("Enter")
    expect(page.get_by_text("What you saw is marked as read.")).to_be_visible()
    expect(page.get_by_text("Nothing is new to you")).to_be_visible()
    expect(mark).to_have_count(0)
    page.get_by_role("button", name="Undo the last “Mark as read”").press("Enter")
    expect(mark).to_be_visible()
    expect(page.locator(".changes-list li").first).to_have_text(
        newest, use_inner_text=True
    )
