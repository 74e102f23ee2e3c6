"""Tests of the help beside the fields of the editor."""

import re
from collections import Counter

from tests.progress.editing import new_url


def test_the_editor_has_each_help_once_and_closed(browser, plan, stocktake):
    page = browser.get(new_url(plan)).text
    titles = re.findall(r'<details class="help">\s*<summary>(.+?)</summary>', page)
    assert titles == [
        "What a good narrative holds",
        "How to choose a status",
        "“As of” and the day of publication",
        "When to mark it as at risk",
        "Who reads which label",
        "What is good evidence",
    ]
    said = re.findall(r">([^<>]{25,})<", page)
    repeated = {text for text, count in Counter(said).items() if count > 1}
    help_texts = re.findall(r'<details class="help">.+?</details>', page, re.DOTALL)
    assert not [text for text in repeated if text in "".join(help_texts)]
