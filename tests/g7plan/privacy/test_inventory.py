"""Tests of docs/privacy.md: the inventory is that of the database."""

import re
from datetime import timedelta

import pytest
from django.conf import settings

from accounts.actions import form_tokens, idempotency, key_uses, purge
from accounts.querysets import REMEMBERED
from g7plan.periodic_tasks import PURPOSES
from g7plan.privacy.relations import DELETED, LEFT_OUT, OWN_ROWS, relations
from progress.actions import sheet_uploads
from tests.source_files import ROOT

PAGE = (ROOT / "docs/privacy.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| `(\w+\.\w+)` \| (.+?) \|", PAGE, re.MULTILINE))
# Tables with personal data and no column that names an account.
OTHERS = {"accounts.User", "accounts.ApiKeyUse", "audit.Event"}
KEPT = {
    "Known browsers": REMEMBERED,
    "Tokens of forms": form_tokens.KEPT,
    "Sent mails about new browsers": purge.SENT_MAILS_KEPT,
    "Answers kept for `Idempotency-Key`": idempotency.KEPT,
    "Requests of API keys": key_uses.KEPT,
    "Uploaded sheets": sheet_uploads.KEPT,
    "Notifications to webhooks": timedelta(days=30),
}


def columns_by_table():
    found: dict[str, set[str]] = {}
    for relation in relations():
        table = relation.model._meta.label
        found.setdefault(table, set()).add(relation.column)
    return found


def test_every_table_with_personal_data_is_in_the_inventory():
    assert set(ROWS) == set(columns_by_table()) | OTHERS


@pytest.mark.parametrize(("table", "columns"), sorted(columns_by_table().items()))
def test_a_row_names_the_columns_of_its_table(table, columns):
    assert set(re.findall(r"`(\w+)`", ROWS.get(table, ""))) == columns


def test_what_a_person_gets_of_each_column_is_decided():
    known = {relation.label for relation in relations()}
    decided = {one.label for one in relations() if one.act} | set(OWN_ROWS)
    assert known == decided | set(LEFT_OUT)
    assert not decided & set(LEFT_OUT)
    assert set(DELETED) <= known


def test_retention_is_what_the_tasks_do():
    table = PAGE.partition("## Retention")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \| `(.+?)` \|$", table, re.MULTILINE)
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    for what, kept, task in rows:
        assert task in PURPOSES
        assert task in scheduled
        if what in KEPT:
            assert hours_of(kept) == KEPT[what] / timedelta(hours=1), what
    assert {what for what, *_ in rows} == {*KEPT, "Sessions"}


def hours_of(kept):
    number, unit = kept.removesuffix(" without use").removesuffix("s").split()
    return (1 if number == "a" else int(number)) * {"day": 24, "hour": 1}[unit]
