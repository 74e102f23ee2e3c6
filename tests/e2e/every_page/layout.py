"""Ask a browser what is wrong with the layout of its page."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_suffix(".js").read_text("utf-8")
# The last is a window of 1280 by 1024 pixels at 400 %.
WINDOWS = [(1280, 800), (360, 640), (320, 640), (320, 256)]
# A4 with its margins, by what CSS names the page.
PAPER = {"auto": (688, 1000), "landscape": (1032, 700)}
PAGE = "getComputedStyle(document.body).page"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUSED = 40  # controls of a page that are tried, from first to last
THEMES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced colours": {"color_scheme": "light", "forced_colors": "active"},
}


def prepare(page: Page) -> None:
    page.evaluate(SCRIPT)


def layout_faults(page: Page, windows: list[tuple[int, int]] = WINDOWS) -> list[str]:
    """Return what does not fit, overlaps or is cut off, and which focus is hidden."""
    faults = []
    for width, height in windows:
        page.set_viewport_size({"width": width, "height": height})
        found = page.evaluate("layout.faultsOfLayout()")
        if height < 300 or width > 1000:
            found += page.evaluate("most => layout.faultsOfFocus(most)", FOCUSED)
        faults += [f"{width} × {height}: {fault}" for fault in found]
    return faults


def theme_faults(page: Page) -> list[str]:
    """Return the faults of the other themes: dark, forced colours, paper, no motion."""
    faults = [f"motion: {fault}" for fault in page.evaluate("layout.faultsOfMotion()")]
    for theme, options in THEMES.items():
        if theme != "light":
            page.emulate_media(**options)
            page.set_viewport_size({"width": 360, "height": 640})
            found = page.evaluate("layout.faultsOfLayout()")
            faults += [f"{theme}: {fault}" for fault in found]
    page.emulate_media(media="print", **THEMES["light"])
    width, height = PAPER[page.evaluate(PAGE)]
    page.set_viewport_size({"width": width, "height": height})
    faults += [f"print: {one}" for one in page.evaluate("layout.faultsOfLayout()")]
    page.emulate_media(media="screen")
    return faults
