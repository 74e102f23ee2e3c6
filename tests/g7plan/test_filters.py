"""No filter in an address of a page fails on a character."""

import pytest

pytestmark = pytest.mark.django_db

# As a client writes them: a null, half of a pair, an override, a noncharacter, a tag,
# bytes that are no UTF-8, a null written twice, and a character that is kept.
CHARACTERS = [
    "%00", "%ED%A0%80", "%E2%80%AE", "%EF%BF%BE", "%F3%A0%81%81", "%FF", "%2500",
    "%E2%80%8D", "%1B", "%0B", "+",
]  # fmt: skip
PAGES = {
    "/people/": ["search", "member", "role", "state", "ordering", "page"],
    "/jobs/": ["state", "ordering", "page"],
    "/notices/": ["kind", "page"],
    "/questions/": ["list", "state", "ordering", "page"],
    "/stocktakes/": ["state", "ordering", "page"],
    "/stocktakes/new/": ["plan"],
    "/tasks/": ["state"],
    "/review/": ["member"],
    "/matrix/": ["at", "known_at", "action", "member", "instrument", "status"],
    "/search/": [
        "q",
        "kind",
        "plan",
        "action",
        "instrument",
        "member",
        "status",
        "stocktake",
        "since",
        "until",
        "page",
    ],
    "/accounts/login/": ["next"],
}


@pytest.mark.parametrize("url", PAGES)
def test_a_filter_answers_a_few_characters(browser_for, url):
    """Each filter gets two or three of them, and a null."""
    for turn, name in enumerate(PAGES[url]):
        check(browser_for(url), url, name, ["%00", *CHARACTERS[turn % 5 :: 5]])


@pytest.mark.long
@pytest.mark.parametrize("url", PAGES)
def test_a_filter_answers_every_character(browser_for, url):
    for name in PAGES[url]:
        check(browser_for(url), url, name, CHARACTERS)


@pytest.fixture
def browser_for(client, signed_in, administrator, coordinator, plan, stocktake):
    """Return a function: a browser of a person who may open the page."""
    browsers = {
        "/people/": signed_in(administrator),
        "/jobs/": signed_in(administrator),
        "/accounts/login/": client,
    }
    others = signed_in(coordinator)
    return lambda url: browsers.get(url, others)


def check(browser, url, name, characters):
    for character in characters:
        answer = browser.get(f"{url}?{name}=a{character}b")
        expected = {400} if character == "%00" else {200, 302, 400}
        assert answer.status_code in expected, (name, character)
        if character == "%00":
            assert answer.text == "The address contains a null character."
