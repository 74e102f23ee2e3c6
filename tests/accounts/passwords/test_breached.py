"""Tests of the list of breached passwords, read by halves and never as a whole."""

from hashlib import sha1
from typing import BinaryIO

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError

from accounts.passwords.breached import (
    UnusableListError,
    _hash_at,
    is_breached,
    require_list,
)
from accounts.passwords.validators import BreachedPasswordValidator
from g7plan.settings_of.passwords import password_validators

STOLEN = [f"stolen password {number}" for number in range(200)]


def hash_of(password):
    return sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def write(path, lines):
    path.write_text("".join(lines), encoding="ascii", newline="")
    return path


@pytest.fixture
def listed(tmp_path):
    """The file that the usual downloader writes."""
    lines = sorted(f"{hash_of(password)}:{len(password)}\r\n" for password in STOLEN)
    return write(tmp_path / "pwned.txt", lines)


def test_each_line_is_found_and_nothing_else(listed):
    assert all(is_breached(password, listed) for password in STOLEN)
    assert not any(is_breached(f"{password}!", listed) for password in STOLEN)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_short_lists_without_a_last_line_end_are_read_too(tmp_path, count):
    lines = sorted(hash_of(password).lower() for password in STOLEN[:count])
    path = write(tmp_path / "few.txt", ["\n".join(lines)])
    assert [is_breached(each, path) for each in STOLEN[: count + 1]] == [
        *[True] * count,
        False,
    ]


def test_a_list_of_prefixes_is_read_too(tmp_path):
    lines = sorted(f"{hash_of(password)[:16]}\n" for password in STOLEN)
    path = write(tmp_path / "short.txt", lines)
    assert is_breached(STOLEN[7], path)
    assert not is_breached("another password", path)


def test_a_password_is_compared_in_its_one_form(tmp_path):
    path = write(tmp_path / "one.txt", [hash_of("café au lait")])
    assert is_breached("cafe\u0301 au lait", path)
    assert is_breached("ｃａｆé au lait", path)


def test_few_lines_of_a_long_list_are_read(tmp_path, monkeypatch):
    numbers = {number * 7_777_777_777 % 16**12 for number in range(20_000)}
    lines = [f"{number:012X}\n" for number in sorted(numbers)]
    path = write(tmp_path / "long.txt", lines)
    read: list[int] = []

    def counted(file: BinaryIO, place: int) -> bytes:
        read.append(place)
        return _hash_at(file, place)

    monkeypatch.setattr("accounts.passwords.breached._hash_at", counted)
    assert not is_breached("correct horse battery", path)
    assert len(read) <= 20


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no sorted"),
        ("password\n", "hexadecimal"),
        (f"{hash_of('b')}\n" * 9 + f"{'z' * 60}\n", "hexadecimal"),
        (f"{'F' * 40}\n" + f"{'0' * 40}\n" * 9, "no sorted"),
        ("A" * 500, "hexadecimal"),
    ],
)
def test_another_file_stops_the_start(tmp_path, text, problem):
    path = write(tmp_path / "other.txt", [text])
    with pytest.raises(UnusableListError, match=problem):
        require_list(path)
    with pytest.raises(ImproperlyConfigured, match="BREACHED_PASSWORDS"):
        password_validators(str(path))


def test_a_missing_file_stops_the_start(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        password_validators(str(tmp_path / "nowhere.txt"))


def test_the_list_is_a_rule_where_it_is_set(listed):
    [*__, last] = password_validators(str(listed))
    assert last["OPTIONS"] == {"path": str(listed)}
    rule = BreachedPasswordValidator(str(listed))
    rule.validate("correct horse battery")
    assert "stolen" in rule.get_help_text()
    with pytest.raises(ValidationError, match="stolen elsewhere"):
        rule.validate(STOLEN[0])


def test_no_password_is_taken_while_the_list_is_away(tmp_path):
    with pytest.raises(ValidationError, match="could not be compared"):
        BreachedPasswordValidator(str(tmp_path / "away.txt")).validate("any password")
