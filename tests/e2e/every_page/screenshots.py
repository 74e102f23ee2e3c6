"""`make screenshots`: every page, in two widths, three themes and two languages."""

import argparse
import re
import sys
from functools import partial
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.every_page import layout
from tests.e2e.every_page.crawl import FoundPage
from tests.e2e.every_page.full import Visit, all_visits, in_parallel, set_up
from tests.e2e.every_page.viewers import open_page
from tests.e2e.screenshot import own_trial

WIDTHS = {1280: 800, 360: 640}


def take(folder: Path, page: Page, visit: Visit, found: FoundPage) -> int:
    """Write the pictures of a page, and return how many."""
    open_page(page, found.path)
    name = re.sub(r"\W+", "-", found.name).strip("-")
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme, options in layout.THEMES.items():
            page.emulate_media(**options)
            place = folder / visit.language / f"{width} {theme}"
            page.screenshot(path=place / f"{name}.png", full_page=True)
    page.emulate_media(**layout.THEMES["light"])
    return len(WIDTHS) * len(layout.THEMES)


def once_each(visits: list[Visit], language: str) -> list[Visit]:
    """Return the same visits without the pages that an earlier person opens."""
    seen: set[str] = set()
    kept = []
    for visit in visits:
        new = [found for found in visit.pages if found.name not in seen]
        seen |= {found.name for found in new}
        kept.append(visit.of(new, language))
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("languages", nargs="*", default=["en-gb", "ja"])
    options = parser.parse_args()
    set_up()
    with own_trial() as address:
        found = all_visits(address)
        visits = [v for tag in options.languages for v in once_each(found, tag)]
        looked_at = in_parallel(partial(take, options.folder.resolve()), visits)
        pictures = sum(sum(results) for _visit, results in looked_at)
    sys.stdout.write(f"{pictures} pictures in {options.folder}\n")


if __name__ == "__main__":
    main()
