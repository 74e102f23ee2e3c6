"""A release and publications at the same time: one chain, and each score in place."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection

from progress.models import LedgerRecord, State
from tests.factories import make_body, make_entry, member_commitment_of, publish
from tests.progress.assessments.scoring import make_table, release, score

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "signer"])


def test_a_release_and_publications_wait_for_each_other(
    plan, stocktake, officer_jp, coordinator, assessor, verify, now
):
    bodies = [assessor.body, make_body("policy-institute")]
    tables = [make_table(body, stocktake) for body in bodies]
    scores = {(code, member): "0"
              for code in ("1.1.1", "1.2.1", "1.2.2", "2.1")
              for member in ("FR", "JP", "EU", "IT")}  # fmt: skip
    for table in tables:
        score(table, scores)
    entries = [
        make_entry(
            member_commitment_of(plan, code, "JP"), by=officer_jp,
            state=State.SUBMITTED, stocktake=stocktake,
        )
        for code in ("1.1.1", "1.2.1", "1.2.2", "2.1")
    ]  # fmt: skip

    def run(act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            connection.close()

    acts: list[Callable[[], object]] = [partial(release, table) for table in tables]
    acts += [partial(publish, entry, by=coordinator, at=now) for entry in entries]
    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))
    assert LedgerRecord.objects.count() == 2 * len(scores) + len(entries)
    assert not verify()
