"""Tests of retries: every action of this app runs again after a deadlock."""

import pytest

from tests.source_files import ROOT, tracked


@pytest.mark.parametrize("name", tracked("progress/actions/*.py"))
def test_an_action_s_transaction_is_retried(name):
    assert "@transaction.atomic" not in (ROOT / name).read_text("utf-8")
