"""`make axe`: all rules on every page, as each role, in each theme and language."""

import sys

from playwright.sync_api import Page

from tests.e2e.every_page import axe, layout
from tests.e2e.every_page.crawl import FoundPage
from tests.e2e.every_page.full import Visit, all_visits, in_parallel, set_up
from tests.e2e.every_page.viewers import open_page
from tests.e2e.screenshot import own_trial


def look(page: Page, visit: Visit, found: FoundPage) -> list[str]:
    """Return the violations of a page in every theme, each with where it is."""
    open_page(page, found.path, axe.prepare)
    faults = []
    for theme, options in layout.THEMES.items():
        page.emulate_media(**options)
        place = f"{visit.language} {visit.person} {found.path} {theme}"
        faults += [f"{place}: {fault}" for fault in axe.axe_faults(page)]
    page.emulate_media(**layout.THEMES["light"])
    return faults


def main() -> int:
    languages = set_up()
    runs = violations = 0
    with own_trial() as address:
        found = all_visits(address)
        visits = [v.of(v.pages, language) for language in languages for v in found]
        for visit, results in in_parallel(look, visits):
            faults = [fault for page in results for fault in page]
            runs += len(visit.pages) * len(layout.THEMES)
            violations += len(faults)
            _say(f"{visit.language} {visit.person}: {len(visit.pages)} pages", *faults)
    _say(f"{runs} runs of axe, {violations} violations")
    return 1 if violations else 0


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
