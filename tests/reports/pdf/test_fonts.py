"""Tests of fonts: which are used, and which characters they lack."""

import shutil
from pathlib import Path
from typing import cast

import pytest

from reports.renderers.fonts import (
    FAMILIES,
    FONT_DIRS,
    PACKAGED,
    FontsDifferError,
    faces_of,
    fonts_at_hand,
    open_fonts,
    uncovered,
)
from reports.renderers.printable import MARK
from reports.renderers.typesetter import TypesetterFailedError

AT_HAND = fonts_at_hand()
NAMED = {name for family in FAMILIES for name in family.files}


def described(name: str, sha256: str = "0" * 64):
    return {"name": name, "version": "1.000", "sha256": sha256}


@pytest.fixture
def one_font(tmp_path):
    """A folder with one of the named fonts: one that this machine has."""
    if not AT_HAND:
        pytest.skip("none of the named fonts on this machine")
    name = AT_HAND[0]["name"]
    source = next(path for folder in FONT_DIRS for path in folder.rglob(name))
    (tmp_path / "deep" / "er").mkdir(parents=True)
    shutil.copy(source, tmp_path / "deep" / "er" / name)
    return tmp_path


def test_the_packages_bring_a_sans_with_italics_and_japanese():
    """No font of the operating system is needed for them."""
    found = fonts_at_hand(PACKAGED)
    names = [font["name"] for font in found]
    assert {"SourceSansPro-It.otf", "SourceSansPro-BoldIt.otf"} <= set(names)
    assert faces_of(found)["sans"][0] == "Source Sans Pro"
    with open_fonts(found, PACKAGED) as typesetter:
        assert not uncovered(
            {"国境で照合している", "Zażółć", "ελ"}, typesetter, faces_of(found)
        )


def test_no_folder_means_no_fonts():
    assert fonts_at_hand(()) == []


def test_a_folder_that_is_not_there_means_no_fonts(tmp_path):
    assert fonts_at_hand([tmp_path / "nowhere"]) == []


def test_a_named_font_is_found_in_any_depth_with_version_and_hash(one_font):
    assert fonts_at_hand([one_font]) == AT_HAND[:1]
    assert AT_HAND[0]["version"]
    assert len(AT_HAND[0]["sha256"]) == 64


def test_other_fonts_are_not_used(tmp_path):
    (tmp_path / "Comic.ttf").write_bytes(b"a font nobody named")
    assert fonts_at_hand([tmp_path]) == []


def test_only_the_named_fonts_and_the_typesetters_own_are_opened(one_font):
    named = fonts_at_hand([one_font])
    with open_fonts(named, [one_font]) as typesetter:
        arguments = cast(list[str], typesetter.process.args)
        folders = [Path(name) for name in arguments[5:]]
        files = [path.name for folder in folders for path in folder.iterdir()]
    assert files == [AT_HAND[0]["name"]]


def test_a_font_that_changed_is_refused(one_font):
    fonts = fonts_at_hand([one_font])
    path = next(one_font.rglob(fonts[0]["name"]))
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(FontsDifferError), open_fonts(fonts, [one_font]):
        pass


def test_a_font_that_is_missing_is_refused():
    missing = [described("NotoSans-Regular.ttf")]
    with pytest.raises(FontsDifferError), open_fonts(missing, ()):
        pass


def test_a_file_that_is_no_font_has_no_version(tmp_path):
    (tmp_path / "DejaVuSans.ttf").write_bytes(b"\0" * 64)
    assert [font["version"] for font in fonts_at_hand([tmp_path])] == [""]


def test_the_best_sans_at_hand_comes_first_for_delegations_and_never_for_the_plan():
    faces = faces_of([described("DejaVuSans.ttf"), described("NotoSans-Regular.ttf")])
    assert faces["sans"][:3] == ["Noto Sans", "DejaVu Sans", "Libertinus Serif"]
    assert faces["serif"][0] == "Libertinus Serif"


def test_without_a_sans_delegations_are_set_in_serif():
    assert faces_of([])["sans"][0] == "Libertinus Serif"


def test_a_face_without_its_regular_font_is_not_used():
    assert faces_of([described("NotoSans-Bold.ttf")]) == faces_of([])


def test_what_the_typesetters_own_fonts_lack_is_told_exactly():
    texts = {"a", "é", "€", "Ж", MARK, "警", "🦄", "\ue000", "👩\u200d👩\u200d👧"}
    with open_fonts([], ()) as typesetter:
        missing = uncovered(texts, typesetter, faces_of([]))
    assert missing == {"警", "🦄", "\ue000", "👩\u200d👩\u200d👧"}


def test_nothing_is_lacking_where_nothing_is_asked():
    with open_fonts([], ()) as typesetter:
        assert uncovered(set(), typesetter, faces_of([])) == set()


# A right-to-left letter with marks of which no font has all: the typesetter breaks off.
PANIC = "\u0642\u06e7\U000e007a"


def test_a_panic_of_the_typesetter_is_an_ordinary_exception():
    source = f"#set document(title: [x])\n{PANIC}"
    with open_fonts([], ()) as typesetter, pytest.raises(TypesetterFailedError):
        typesetter.typeset(source.encode(), data="")


def test_what_makes_the_typesetter_panic_is_found_among_others():
    with open_fonts([], ()) as typesetter:
        assert uncovered({"a", "b", PANIC, "c"}, typesetter, faces_of([])) == {PANIC}
