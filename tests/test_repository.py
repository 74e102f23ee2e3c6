"""Tests of what must never be committed."""

import pytest

from tests.source_files import ROOT, tracked

# Hosts of package registries, put together here so that this file names none.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("deb", "debian"),
    )
]


@pytest.mark.parametrize("name", tracked("requirements*.txt", "Dockerfile", "*.toml"))
def test_no_registry_is_named(name):
    text = (ROOT / name).read_text("utf-8")
    assert not [host for host in REGISTRIES if host in text]


@pytest.mark.parametrize("name", tracked("requirements*.txt"))
def test_every_requirement_is_locked_by_hash(name):
    lines = (ROOT / name).read_text("utf-8").splitlines()
    pinned = [number for number, line in enumerate(lines) if "==" in line]
    assert pinned
    assert all("--hash=sha256:" in lines[number + 1] for number in pinned)
    assert not [
        line for line in lines if line.startswith(("--index", "--extra", "-i "))
    ]
