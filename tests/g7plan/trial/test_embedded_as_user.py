"""Tests of the embedded services as an ordinary user: all files are in one folder."""

import os
import pwd

import psycopg
import pytest

from g7plan.trial.embedded import EmbeddedError
from g7plan.trial.embedded.home import find_home
from g7plan.trial.embedded.services import running_services
from tests.g7plan.trial.permissions import folder_mode, modes


def test_data_of_another_account_is_left_alone(tmp_path, monkeypatch):
    (tmp_path / "postgres").mkdir(mode=0o700)
    nobody = pwd.getpwnam("nobody").pw_uid
    monkeypatch.setattr(os, "geteuid", lambda: nobody)
    with pytest.raises(EmbeddedError, match="belongs to another account"):
        running_services(tmp_path, durable=False).__enter__()


def test_an_ordinary_user_keeps_everything_in_one_folder(closed_var_dir):
    before = modes(closed_var_dir)
    with running_services(closed_var_dir, durable=False) as services:
        psycopg.connect(services["database_url"]).close()
        owners = {path.stat().st_uid for path in closed_var_dir.rglob("*")}
        assert owners == {os.geteuid()}
        assert folder_mode(closed_var_dir) == 0o700
        assert find_home(closed_var_dir).folder == closed_var_dir
    assert modes(closed_var_dir) == before
