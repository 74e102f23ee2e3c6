"""Tests of the line that only paper shows: the handling, the reader and the instant."""

import re

import pytest

LINE = re.compile(
    r'<div class="printed-line">\s*<p>(?:<strong>(TLP:\w+)</strong> · )?Printed for'
)


@pytest.mark.parametrize(
    ("reader", "path", "handling"),
    [
        ("coordinator", "/", "TLP:AMBER"),
        ("coordinator", "/presidency/", "TLP:AMBER"),
        ("coordinator", "/review/", "TLP:AMBER"),
        ("coordinator", "/reports/", "TLP:AMBER"),
        ("coordinator", "/notices/", "TLP:AMBER"),
        ("officer_jp", "/presidency/", "TLP:AMBER"),
        ("observer", "/presidency/", "TLP:GREEN"),
        ("observer", "/matrix/", "TLP:GREEN"),
        ("observer", "/glossary/", None),
        ("administrator", "/people/", None),
    ],
)
def test_a_page_with_entries_or_counts_of_them_names_the_handling(
    request, signed_in, stocktake, reader, path, handling
):
    page = signed_in(request.getfixturevalue(reader)).get(path)
    [found] = LINE.findall(page.text)
    assert found == (handling or "")
