"""Tests of making names of files harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.evidence.file_names import safe_name

LIMIT = 150


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("進捗報告 2016年.pdf", "進捗報告 2016年.pdf"),
        ("Übersicht.pdf", "Übersicht.pdf"),
        ("U\u0308bersicht.pdf", "Übersicht.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\plan.docx", "plan.docx"),
        ("..\\..\\boot.csv", "boot.csv"),
        ("<script>alert(1)</script>.txt", "script.txt"),
        ('a"b\r\nSet-Cookie: x=1.txt', "ab Set-Cookie x=1.txt"),
        ("a\x00.exe.pdf", "a.exe.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("zero\u200bwidth\ufeff.csv", "zerowidth.csv"),
        ("con.pdf", "_con.pdf"),
        ("COM1.tar.pdf", "_COM1.tar.pdf"),
        ("Lpt¹ .txt", "_Lpt¹.txt"),
        ("console.pdf", "console.pdf"),
        (".htaccess", "htaccess"),
        ("...pdf", "pdf"),
        ("report.pdf. . ", "report.pdf"),
        ("report..pdf", "report.pdf"),
        ("report .pdf", "report.pdf"),
        ("XX.pdf", "XX.pdf"),
        ("reportX", "reportX"),
        ("a\t b \n c.csv", "a b c.csv"),
        ("", "file"),
        ("/", "file"),
        ("///.", "file"),
        (".", "file"),
        ("?.txt", "txt"),
        ("\ud800.txt", "txt"),
    ],
)
def test_a_name_is_made_harmless_and_no_more(given_name, safe):
    assert safe_name(given_name, limit=LIMIT) == safe


def test_a_long_name_is_cut_and_keeps_its_ending():
    assert safe_name("報" * 200 + ".docx", limit=LIMIT) == "報" * 145 + ".docx"
    assert len(safe_name("a." + "x" * 300, limit=LIMIT)) == LIMIT
    assert safe_name("ab." + "x" * 300, limit=LIMIT) == "a." + "x" * 148
    assert safe_name("X" * 200 + ".docx", limit=LIMIT) == "X" * 145 + ".docx"
    assert safe_name("a" * 144 + " b.docx", limit=LIMIT) == "a" * 144 + ".docx"


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_stays_as_it_is(name):
    safe = safe_name(name, limit=LIMIT)
    assert 1 <= len(safe) <= LIMIT
    assert not set(safe) & set('<>:"/\\|?*\r\n\x00')
    assert safe.isprintable() or " " in safe or "\u3000" in safe
    assert not safe.startswith(".")
    assert safe_name(safe, limit=LIMIT) == safe
