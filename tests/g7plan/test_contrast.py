"""Tests of the colours' contrast, in light and in dark: WCAG 2.2, 1.4.3 and 1.4.11."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "static/css/tokens.css"
LIGHT, DARK, _forced = re.findall(
    r":root \{(.*?)\n\s*\}", TOKENS.read_text(), re.DOTALL
)
GROUNDS = ["paper", "paper-raised", "paper-sunk"]
WASHES = ["wash-limited", "wash-substantial", "wash-implemented"]
TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-soft", "ink-muted") for ground in GROUNDS],
    *[(ink, wash) for ink in ("ink", "ink-soft") for wash in WASHES],
    *[(ink, ground) for ink in ("accent", "danger") for ground in GROUNDS],
    *[("amber-ink", ground) for ground in [*GROUNDS, *WASHES]],
    ("accent", "accent-wash"),
    ("ink", "accent-wash"),
    ("ink-muted", "accent-wash"),
    ("danger", "danger-wash"),
    ("ink", "danger-wash"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("paper", "ink"),
]
SHAPES = [
    *[("rule-strong", ground) for ground in GROUNDS[:2]],
    *[("amber", ground) for ground in [*GROUNDS, *WASHES]],
    *[("status-none", ground) for ground in GROUNDS],
    *[(f"status-{s}", "paper") for s in ("limited", "substantial", "implemented")],
    ("status-limited", "wash-limited"),
    ("status-substantial", "wash-substantial"),
    ("status-implemented", "wash-implemented"),
]


def colours(block):
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground"), TEXT)
def test_text_is_legible(theme, front, ground):
    named = colours(theme)
    assert contrast(named[front], named[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground"), SHAPES)
def test_shape_is_visible(theme, front, ground):
    named = colours(theme)
    assert contrast(named[front], named[ground]) >= 3


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_more_done_stands_out_more(theme):
    """The colours differ in greyscale: each step is further from the paper."""
    named = colours(theme)
    steps = [
        contrast(named[f"status-{status}"], named["paper"])
        for status in ("limited", "substantial", "implemented")
    ]
    assert steps == sorted(steps)
    assert all(later / earlier > 1.4 for earlier, later in pairwise(steps))
