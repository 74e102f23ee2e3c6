"""Tests of the way in for typed texts: what is changed, refused and kept."""

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.mail.message import sanitize_address
from hypothesis import given
from hypothesis import strategies as st

from accounts.typed.text import (
    CHANGED,
    FLAGS,
    LINE_ENDS,
    REFUSED,
    UNSEEN,
    clean_line,
    clean_link,
    clean_mail_address,
    clean_name,
    clean_number,
    clean_text,
    is_seen,
    length_problem,
    unstorable,
    without_unseen,
)

ENGLAND, SCOTLAND, WALES = FLAGS
# What people of many languages type, none of which is changed.
KEPT = [
    "👩\u200d👩\u200d👧 family", "❤\ufe0f heart", "☎\ufe0e phone",
    "می\u200cخواهم", "क्\u200dष and क्\u200cष", "葛\U000e0100飾区",
    "שלום\u200f!", "\u200eC++\u200e", "\u061cرقم 5", "name \u2068محمد\u2069 here",
    "a \u2066b \u2067c\u2069 d\u2069\n\u2068e\u2069",
    ENGLAND + SCOTLAND + WALES,
    "soft\u00adhyphen", "zero\u200bwidth", "word\u2060joiner",
    "\ufeffbyte order", "e\u0301 and é", "ﬁ Ⅷ ２０１７ ㎏ Å", "a\u00a0b\u202fc\u3000d",
    "tab\there", "1\u2064", "⠓⠑⠇⠇⠕", "\ue000 of a private font", "\u0378", "\U0001f3f4",
    "straße ŁØĐ ıİ", "\u1160한", "=1+1", "<b>&amp;</b> 'x' \"y\" \\ %00 \\u0000",
]  # fmt: skip


def problem_of(clean, typed, **options):
    with pytest.raises(ValidationError) as refusal:
        clean(typed, **options)
    return " ".join(refusal.value.messages)


# ---- Changed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("vertical\u000btab", "vertical\ntab"),
        ("form\u000cfeed", "form\nfeed"),
        ("next\u0085line", "next\nline"),
        ("line\u2028and paragraph\u2029", "line\nand paragraph"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("\uf0b7 bullet\n\uf0a7 square", "• bullet\n• square"),
        ("  blanks around\u3000\n", "blanks around"),
        ("\u200b\u2060 \u00ad\n", ""),
        ("\u3164\u115f\u2800\uffa0", ""),
    ],
)
def test_what_is_changed(typed, stored):
    assert clean_text(typed) == stored


@pytest.mark.parametrize("typed", KEPT)
def test_every_other_character_is_kept(typed):
    assert clean_text(typed) == typed


# ---- Refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("RTL\u202eoverride", "a right-to-left override (U+202E) after “RTL”"),
        ("\u202ax\u202c", "a left-to-right embedding (U+202A) at the start"),
        ("a x\u202b", "a right-to-left embedding (U+202B) after “x”"),
        ("a\u202cx", "a pop directional formatting (U+202C) after “a”"),
        ("a\u202dx", "a left-to-right override (U+202D) after “a”"),
        ("a\x00b", "a null character (U+0000) after “a”"),
        ("a\x1b[31m", "an escape character (U+001B) after “a”"),
        ("a\x1f", "a control character (U+001F) after “a”"),
        ("a\x93quoted\x94", "a control character (U+0093) after “a”"),
        ("a\x7f", "a delete character (U+007F) after “a”"),
        ("a\ud83d", "a half of a character (U+D83D) after “a”"),
        ("a\ufffe", "a noncharacter (U+FFFE) after “a”"),
        ("a\ufdd0", "a noncharacter (U+FDD0) after “a”"),
        ("a\U0010ffff", "a noncharacter (U+10FFFF) after “a”"),
        ("a\U000e0041", "a tag latin capital letter a (U+E0041) after “a”"),
        ("a\U000e0001", "a language tag (U+E0001) after “a”"),
        # Not one of the three flags: a hidden text behind a black one.
        ("\U0001f3f4\U000e0068\U000e0069\U000e007f", "(U+E0068) after “\U0001f3f4”"),
        (ENGLAND + "\U000e0067", "a tag latin small letter g (U+E0067)"),
        ("x \u2067abc", "a right-to-left isolate (U+2067) after “x” without its other"),
        ("x\u2069", "a pop directional isolate (U+2069) after “x” without its other"),
        ("x \u2066a\nb\u2069", "a left-to-right isolate (U+2066) after “x” without"),
        ("\u2068a\u2069\n\u2069", "a pop directional isolate (U+2069) after “a”"),
    ],
)
def test_what_is_refused_is_named_and_found(typed, sentence):
    assert sentence in problem_of(clean_text, typed)
    assert problem_of(clean_text, typed).endswith("Delete it.")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  one line \n", "one line"),
        ("\n \n\t• a\n\t• b \n\n", "\t• a\n\t• b"),
        ("\t2016\t2017\r\nFrance\t5\t7", "\t2016\t2017\nFrance\t5\t7"),
    ],
)
def test_blanks_before_the_first_of_several_lines_stay(typed, stored):
    assert clean_text(typed) == stored


@given(st.text(max_size=60))
def test_a_text_is_stored_as_typed_apart_from_the_table(typed):
    """Every text is refused by name, or differs only where the table says so."""
    stored = _stored_or_sentence(typed)
    if "Delete it." in stored:
        assert "(U+" in stored
        return
    expected = typed.replace("\r\n", "\n")
    for old, new in CHANGED.items():
        expected = expected.replace(old, new)
    assert stored.strip() == (expected.strip() if is_seen(expected) else "")
    assert clean_text(stored) == stored
    assert not any(first <= sign <= last for sign in stored for first, last in REFUSED
                   if sign not in "".join(FLAGS))  # fmt: skip


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30),
    st.sampled_from([*CHANGED, *(first for first, _last in REFUSED), "\u202c"]),
)
def test_a_character_of_the_table_is_changed_or_refused_anywhere(text, character):
    typed = f"{text}{character}{text}"
    if character in CHANGED:
        assert character not in _stored_or_sentence(typed)
    else:
        assert "Delete it." in problem_of(clean_text, typed)


def _stored_or_sentence(typed):
    try:
        return clean_text(typed)
    except ValidationError as refusal:
        return refusal.messages[0]


# ---- One line, names, numbers --------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", *LINE_ENDS])
def test_a_line_has_no_line_end(end):
    sentence = "Write this on one line. There is a line end (U+000A) after “two”."
    assert problem_of(clean_line, f"two{end}lines") == sentence
    assert clean_line(f"one line{end}") == "one line"
    assert clean_name(f"two{end} words\u3000here") == "two words here"


def test_a_number_is_dialled_in_plain_digits():
    assert clean_number("\u202a＋８１ 3\u202c") == "+81 3"


@pytest.mark.parametrize("clean", [clean_text, clean_line, clean_name, clean_link])
def test_a_text_that_is_too_long_is_refused_in_our_words(clean):
    assert clean("x" * 1200, limit=1200) == "x" * 1200
    sentence = "This text has 1,201 characters; the limit is 1,200."
    assert problem_of(clean, "x" * 1201, limit=1200) == sentence
    assert length_problem(1201, 1200) == sentence


# ---- Addresses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "mark",
    ["\u200e", "\u200b", "\u00ad", "\ufeff", "\u2060", "\u00a0", " \n", "\u202c"],
)
def test_marks_at_the_ends_of_an_address_are_removed(mark):
    typed = f"{mark}Name@Ministry.example{mark}{mark}"
    assert clean_mail_address(typed) == "name@ministry.example"
    assert clean_link(f"{mark}https://example.org/report{mark}") == (
        "https://example.org/report"
    )


@pytest.mark.parametrize(
    ("mark", "named"),
    [
        ("\u200b", "a zero width space (U+200B)"),
        ("\u200e", "a left-to-right mark (U+200E)"),
        ("\u00ad", "a soft hyphen (U+00AD)"),
        ("\u00a0", "a no-break space (U+00A0)"),
        ("\n", "a line end (U+000A)"),
        ("\x00", "a null character (U+0000)"),
        ("\u061c", "an Arabic letter mark (U+061C)"),
        ("\u202e", "a right-to-left override (U+202E)"),
    ],
)
def test_a_mark_inside_an_address_is_named(mark, named):
    link = problem_of(clean_link, f"https://example.org/report{mark}s")
    assert link.startswith(f"The link has {named} after “report”. Delete it.")
    address = problem_of(clean_mail_address, f"na{mark}me@ministry.example")
    assert address == f"The address has {named} after “na”. Delete it."


def test_a_joiner_that_belongs_into_a_link_can_be_written():
    assert "write %E2%80%8C instead" in problem_of(
        clean_link, "https://e.org/می\u200cخ"
    )


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "jörg@ministry.example",
            "the part before the @ may have only letters",
        ),
        ("\u212aiosk@ministry.example", "the part before the @"),
        ("name", "Enter a valid email address."),
        ("a b@ministry.example", "Enter a valid email address."),
        ("name@" + "ü" * 70 + ".example", "Enter a valid email address."),
        ("name@ministry..example", "Enter a valid email address."),
        ("Name <name@ministry.example>", "Enter a valid email address."),
    ],
)
def test_an_address_that_no_mail_can_be_written_to_is_refused(address, sentence):
    assert sentence in problem_of(clean_mail_address, address)


def test_an_international_domain_is_kept_as_typed():
    assert clean_mail_address("Name@Bücher.example") == "name@bücher.example"


@given(st.emails() | st.text(max_size=30).map(lambda text: f"{text}@ministry.example"))
def test_every_accepted_address_can_be_put_into_a_mail(typed):
    try:
        address = clean_mail_address(typed, limit=254)
    except ValidationError:
        return
    assert EmailMessage(to=[address], from_email="us@x.example").message().as_bytes()
    assert sanitize_address(address, "utf-8").isascii()
    assert clean_mail_address(address, limit=254) == address


# ---- Seen and stored -----------------------------------------------------------------


def test_marks_alone_are_not_seen():
    for first, last in UNSEEN:
        assert not is_seen(f" {first}\n{last}\t")
    assert not is_seen("")
    assert all(
        map(is_seen, ["a", "。", "e\u0301", "\u0301", "😀\ufe0f", "\ue000", "\u0378"])
    )
    assert without_unseen("a\u200bb\U000e0100") == "ab"


@pytest.mark.parametrize(("text", "code"), [("a\x00", "U+0000"), ("\udc80", "U+DC80")])
def test_what_cannot_be_stored(text, code):
    fault = unstorable(text)
    assert fault is not None
    assert fault.code_point == code
    assert unstorable("\u202e\ufffe") is None
