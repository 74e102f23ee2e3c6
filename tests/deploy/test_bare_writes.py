"""What the benchmark of publishing writes fits the tables of the product."""

import pytest
from django.db import connections, transaction

from benchmarks.probes import BARE_WRITES
from benchmarks.rows.writes import prepare
from progress.models import Handling, State
from tests.factories import make_entry, member_commitment_of


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_column_of_the_product_does_not_stop_the_bare_writes(
    plan, coordinator, officer_jp
):
    make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        published_by=coordinator,
        handling=Handling.GREEN,
    )
    with transaction.atomic(using="owner"):
        owner = connections["owner"].connection
        made = prepare(owner, 2)
        assert len(made) == 1
        for statement in BARE_WRITES:
            assert owner.execute(statement.encode(), {"id": made[0]}).rowcount == 1
        transaction.set_rollback(True, using="owner")
