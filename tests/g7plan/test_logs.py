"""Tests of the log: it shows where an error was, and no text that a person wrote."""

import os
import subprocess
import sys

import pytest

MISTAKE = """
import logging
import os

import django
import structlog

os.environ["DJANGO_SETTINGS_MODULE"] = "g7plan.settings"
django.setup()


def fail():
    password = "correct horse " + "battery"
    raise RuntimeError("mistake")


for log in (logging.getLogger("django.request"), structlog.get_logger("api")):
    try:
        fail()
    except RuntimeError as error:
        log.error("said", exc_info=error)
"""
PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "k" * 50,
    "LEDGER_PUBLIC_KEY": "0" * 64,
    "DATABASE_URL": "postgresql://app@127.0.0.1:1/g7plan",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ALLOWED_HOSTS": "g7plan.example",
    "EMAIL_URL": "smtp://127.0.0.1:1",
}


@pytest.mark.parametrize("variables", [PRODUCTION, {}], ids=["production", "trial"])
def test_a_traceback_names_places_and_no_values(variables, tmp_path):
    said = subprocess.run(
        [sys.executable, "-c", MISTAKE],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    assert said.count("in fail") == 2
    assert said.count("RuntimeError: mistake") == 2
    assert "correct horse battery" not in said
