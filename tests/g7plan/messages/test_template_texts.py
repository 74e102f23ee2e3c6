"""Every text of a template goes through gettext."""

from pathlib import Path

import pytest

from tests.g7plan.messages.template_texts import texts_outside_gettext
from tests.source_files import ROOT

# The same in every language: names of products, formats and units.
ALLOWED = {
    "API", "CSV", "DOCX", "HTML", "JSON", "MB", "PDF", "SHA", "TLP", "URL", "UTC",
    "XLSX", "Ctrl", "Enter", "Esc", "Alt", "Shift", "kB", "g7plan", "SVG", "Excel",
    "CLEAR", "GREEN", "AMBER", "RED",
}  # fmt: skip
# Their texts are samples, or English for everyone: the API and its documentation.
ELSEWHERE = ("templates/api/", "templates/g7plan/styleguide")
TEMPLATES = [
    path.relative_to(ROOT).as_posix()
    for path in sorted((ROOT / "templates").rglob("*.html"))
]


def found_in(source):
    return list(texts_outside_gettext(source, ALLOWED))


def test_no_template_has_a_text_outside_gettext():
    found = {
        name: texts
        for name in TEMPLATES
        if not name.startswith(ELSEWHERE)
        and (texts := found_in(Path(ROOT / name).read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("<p>Plain words</p>", ["Plain words"]),
        ('<a title="A title" href="/entries/">{{ x }}</a>', ["A title"]),
        ('<input type="submit" value="Send">', ["Send"]),
        ('<input type="hidden" value="kind">', []),
        ('<img alt="A chart"><br aria-label="Two">', ["A chart", "Two"]),
        ('{% include "x.html" with label="Members" %}', ['"Members"']),
        ('{% include "x.html" with label=_("Members") kind="member" %}', []),
        ("<p>{% if a %}yes{% endif %}</p>", ["yes"]),
        ("<p>{% translate 'Words' %}: {{ word }}, 5 kB (PDF)</p>", []),
        ("{% blocktranslate trimmed %}<b>Some</b> words{% endblocktranslate %}", []),
        ("{# a note #}{% comment %}a note{% endcomment %}<script>a b</script>", []),
    ],
)
def test_a_text_outside_gettext_is_found(source, texts):
    assert found_in(source) == texts
