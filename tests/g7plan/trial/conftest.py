"""Fixtures of the trial's tests: folders for embedded services, and a running pair."""

import os
import tempfile
from pathlib import Path

import pytest

from g7plan.trial.embedded.home import open_folder, remove_home
from g7plan.trial.embedded.services import running_services

# Root runs one file of tests, other accounts the other: no test is skipped.
collect_ignore = [f"test_embedded_as_{'user' if os.geteuid() == 0 else 'root'}.py"]


@pytest.fixture
def closed_var_dir(tmp_path):
    """In a folder like /root, that only its owner may enter. pytest's own is one."""
    yield tmp_path / "var"
    remove_home(tmp_path / "var")


@pytest.fixture
def var_dir():
    """A folder that every account may enter, as in most checkouts."""
    yield from open_var_dir()


@pytest.fixture(scope="package")
def shared_var_dir():
    yield from open_var_dir()


@pytest.fixture(scope="package")
def shared(shared_var_dir):
    """One running pair for the tests that only look."""
    with running_services(shared_var_dir, durable=False) as services:
        yield services


def open_var_dir():
    with tempfile.TemporaryDirectory() as folder:
        var_dir = open_folder(Path(folder) / "var")
        Path(folder).chmod(0o711)
        yield var_dir
        remove_home(var_dir)
