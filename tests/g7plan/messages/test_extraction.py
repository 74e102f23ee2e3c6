"""Tests of finding messages in the sources."""

import pytest

from g7plan.messages.extraction import Message, MessageKey, messages_of_file

MODULE = """
_("Plain")
gettext_lazy("In two"
             " parts")
translation.gettext("By its module")
pgettext("month", "May")
ngettext("One item", "%(n)s items", n)
npgettext("of a plan", "One part", "{n} parts", n)
ngettext_lazy("One day", "%(n)d days", "n")
_(variable)
_(f"Hello {name}")
other("No message")
"""
TEMPLATE = """
<p title="{% translate 'A title' %}">gettext("No message")</p>
{% translate "May" context "month" as month %}
{{ value|default:_("No value") }}
{% include "x.html" with label=_("A label") other=_("Another") %}
{% blocktranslate with a=b trimmed %}
  Two lines
  of {{ a }}, 5%
{% endblocktranslate %}
{% blocktranslate count n=x %}One row{% plural %}{{ n }} rows{% endblocktranslate %}
{# translate "No message" #}
"""


def test_messages_of_a_module_are_found_by_the_functions_that_translate():
    assert list(messages_of_file(MODULE, "app/views.py")) == [
        Message(MessageKey(None, "Plain")),
        Message(MessageKey(None, "In two parts")),
        Message(MessageKey(None, "By its module")),
        Message(MessageKey("month", "May")),
        Message(MessageKey(None, "One item"), "%(n)s items"),
        Message(MessageKey("of a plan", "One part"), "{n} parts"),
        Message(MessageKey(None, "One day"), "%(n)d days"),
    ]


def test_messages_of_a_template_are_found_by_its_tags():
    assert list(messages_of_file(TEMPLATE, "templates/page.html")) == [
        Message(MessageKey(None, "A title")),
        Message(MessageKey("month", "May")),
        Message(MessageKey(None, "No value")),
        Message(MessageKey(None, "A label")),
        Message(MessageKey(None, "Another")),
        Message(MessageKey(None, "Two lines of %(a)s, 5%%")),
        Message(MessageKey(None, "One row"), "%(n)s rows"),
    ]


@pytest.mark.parametrize("text", ["It's", 'so "called"', "a\\b", "50 %", "Größe «x»"])
def test_characters_of_a_message_are_kept(text):
    module = f"_({text!r})"
    assert [row.key.text for row in messages_of_file(module, "x.py")] == [text]
    block = "{% blocktranslate %}" + text + "{% endblocktranslate %}"
    found = [row.key.text for row in messages_of_file(block, "x.html")]
    assert found == [text.replace("%", "%%")]
