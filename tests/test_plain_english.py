"""Tests of plain English: no text contains a word that house style replaces.

The list is short. Each word in it once confused a reader of this product, and each has
a plainer replacement.
"""

import ast
import io
import re
import tokenize

from tests.source_files import ROOT, tracked

# The words that are not written, and what to write instead.
PLAINER = {
    r"whoever|whomever|whosoever": "the person who, anyone who",
    r"anew": "again",
    r"told": "notified, shown",
    r"tells? of": "mentions, reveals",
    r"stands?|stood": "is, was",
    r"the chair": "the Presidency",
    r"became of": "happened to",
    r"str(?:ike|uck) out": "delete, deleted",
    r"put away": "discard",
    r"hand(?:ed|s)? it in": "submit",
    r"nobody fits": "no match",
    r"by the clock": "scheduled",
    r"at home": "in the delegation",
    r"as such": "leave it out",
    r"hereby|thereby|thereof|whereof|therein|wherein": "leave it out",
    r"be it": "whether",
    r"one's": "your",
    r"shall": "must, will",
    r"somebody|anybody|nobody": "someone, anyone, no one; better a role",
    r"is submitted": "sent for clearance, with the Presidency",
    r"awaits your side|waits for your side": "needs your reply",
    r"words last published": "text last published",
}
GETTEXT = frozenset(
    {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
    | {"pgettext_lazy", "npgettext"}
)
# Keyword arguments and class attributes that are shown to a person.
SHOWN = frozenset(
    {"help", "help_text", "label", "description", "title", "verbose_name"}
)
# Code in a text may contain any word.
QUOTED = re.compile(r"`[^`]*`|```.*?```", re.DOTALL)
TRANSLATED = re.compile(r"""(?:translate |_\()(?P<quote>["'])(?P<text>.*?)(?P=quote)""")
COMMENT = re.compile(r"/\*(?:.|\n)*?\*/|(?<!\S)(?://|#|--)\s.*")
# Code may use these words of the design. Pages, mails and documents may not.
OF_THE_DESIGN = frozenset({"the chair", "is submitted"})
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^<>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r"""(?:aria-label|title|alt|placeholder)=["']([^"']*)["']""")


ANY = re.compile(rf"\b(?:{'|'.join(PLAINER)})\b", re.IGNORECASE)


def found_in(text):
    """Return the words that are not plain, with what to write instead."""
    if not ANY.search(text):
        return {}
    return {
        match.group(0): plainer
        for word, plainer in PLAINER.items()
        for match in re.finditer(rf"(?<![\w-])(?:{word})(?![\w-])", text, re.IGNORECASE)
    }


def text_of_template(source):
    """What is shown of a template: text, translated strings, labels."""
    shown = [match["text"] for match in TRANSLATED.finditer(source)]
    shown += ATTRIBUTE.findall(source)
    return "\n".join([TAG.sub(" ", source), *shown])


def text_of_module(source):
    """Translated messages, and the help texts of commands, forms and the API."""
    tree = ast.parse(source)
    shown = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            keywords = [word.value for word in node.keywords if word.arg in SHOWN]
            shown += [*node.args, *keywords] if name in GETTEXT else keywords
        elif isinstance(node, ast.Assign) and any(
            getattr(target, "id", "") in SHOWN for target in node.targets
        ):
            shown.append(node.value)
    return "\n".join(
        constant.value
        for node in shown
        for constant in ast.walk(node)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    )


def docstrings_of(source):
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return "\n".join(
        ast.get_docstring(node) or ""
        for node in ast.walk(ast.parse(source))
        if isinstance(node, kinds)
    )


def comments_of(source):
    return "\n".join(COMMENT.findall(source))


def python_comments_of(source):
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return "\n".join(token.string for token in tokens if token.type == tokenize.COMMENT)


MODULES = [name for name in tracked("*.py") if not name.startswith("tests/")]


def found_by_file(names, text_of):
    """Return the words that are not plain, for each file that has any."""
    texts = {name: text_of((ROOT / name).read_text("utf-8")) for name in names}
    return {name: found for name in names if (found := found_in(texts[name]))}


def test_templates_are_plain_english():
    names = tracked("templates/*.html", "templates/*.txt")
    assert len(names) > 200
    assert not found_by_file(names, text_of_template)


def test_messages_and_help_texts_are_plain_english():
    assert not found_by_file(MODULES, text_of_module)


def found_in_code(names, text_of):
    """As `found_by_file`, but allow the words of the design.

    What is not in a file is not in its comments either, and finding those takes long.
    """
    suspects = [name for name in names if ANY.search((ROOT / name).read_text("utf-8"))]
    found = found_by_file(suspects, lambda source: QUOTED.sub("", text_of(source)))
    return {
        name: rest
        for name, words in found.items()
        if (rest := {word for word in words if word.lower() not in OF_THE_DESIGN})
    }


def test_docstrings_are_plain_english():
    names = tracked("*.py")
    assert not found_in_code(names, docstrings_of)
    assert not found_in_code(names, python_comments_of)


def test_comments_of_other_files_are_plain_english():
    names = tracked("*.js", "*.css", "*.yml", "*.sql", "pyproject.toml", ".ci/run")
    assert {name.rpartition(".")[2] for name in names} >= {"js", "css", "yml", "sql"}
    assert not found_in_code(names, comments_of)


def test_documents_are_plain_english():
    # The terms are given in five languages, and a German one looks English.
    names = set(tracked("*.md", "Makefile", "docker/example.env")) - {"docs/terms.md"}
    assert not found_by_file(names, lambda text: QUOTED.sub("", text))


def test_the_reader_of_the_source_reads():
    """Test the test itself: it finds words in each kind of source."""
    assert found_in(text_of_template('{% translate "Whoever was told" %}')) == {
        "Whoever": PLAINER["whoever|whomever|whosoever"],
        "told": PLAINER["told"],
    }
    assert found_in(text_of_template('<p title="{% x %}">It stands</p>'))
    assert found_in(text_of_template('<a aria-label="Made anew">x</a>'))
    assert not found_in(text_of_template("{# told #}<p class='stands'>{{ told }}</p>"))
    assert found_in(text_of_module('raise X(_("The chair says no."))'))
    assert found_in(text_of_module('ngettext("one", "told", 2)'))
    assert found_in(text_of_module('F(help_text="nobody")'))
    assert found_in(text_of_module('class Command:\n    help = "Anew."'))
    assert not found_in(text_of_module('x = "told"'))
    assert found_in(docstrings_of('"""Told."""'))
    assert found_in(python_comments_of("x = 1  # told"))
    assert not found_in(python_comments_of("told = '# told'.strip()"))
    for source in ("/* Not\ntold. */", "x(); // told", "a: 1  # told", "-- Told."):
        assert found_in(comments_of(source))
    assert not found_in(comments_of("#told { --told: url(https://stands.example) }"))
    assert not found_in("It is understood, standing, retold; a bystander.")
