"""Tests of transactions: an act that a deadlock undid runs again, a nested one once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import Member
from audit.transactions import MOST_TRIES, retried, was_rolled_back
from tests.factories import make_members

# Both threads have read or locked before either goes on, however slow the other is.
_both_have_begun = Barrier(2, timeout=60)


@pytest.fixture
def members():
    """Committed, so that other connections see them."""
    return make_members()


@pytest.fixture(autouse=True)
def barrier():
    _both_have_begun.reset()


def meet(suffix: str, tries: list[str]) -> None:
    """Wait for the other thread. One that tries again is alone."""
    if tries.count(suffix) == 1:
        _both_have_begun.wait()


@retried
def rename_both(first: str, second: str, suffix: str, tries: list[str]) -> None:
    """Lock two rows in the given order, which no act of the product does."""
    tries.append(suffix)
    for code in (first, second):
        member = Member.objects.select_for_update().get(pk=code)
        member.name += suffix
        member.save(update_fields=["name"])
        if code == first:
            meet(suffix, tries)


@retried
def count_and_add(suffix: str, tries: list[str]) -> None:
    """Decide by what was read, which must not have changed since."""
    tries.append(suffix)
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    name = Member.objects.get(pk="JP").name
    meet(suffix, tries)
    Member.objects.filter(pk="JP").update(name=name + suffix)


def together(*calls):
    def run(call):
        act, *arguments = call
        try:
            act(*arguments)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        for future in [threads.submit(run, call) for call in calls]:
            future.result()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_two_acts_in_a_deadlock_both_come_to_their_end(members):
    tries: list[str] = []
    together(
        (rename_both, "JP", "FR", " a", tries),
        (rename_both, "FR", "JP", " b", tries),
    )
    for name in Member.objects.filter(pk__in=["JP", "FR"]).values_list("name"):
        assert {" a", " b"} <= {name[0][-2:], name[0][-4:-2]}
    assert len(tries) == 3


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_an_act_that_read_what_another_changed_reads_again(members):
    tries: list[str] = []
    together((count_and_add, " a", tries), (count_and_add, " b", tries))
    name = Member.objects.get(pk="JP").name
    assert name in {"Japan a b", "Japan b a"}
    assert len(tries) == 3


def undone() -> None:
    """Raise the database's error inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DO $$ BEGIN RAISE EXCEPTION 'no luck' USING ERRCODE = '40P01'; END $$"
        )


@pytest.mark.django_db(transaction=True)
def test_it_gives_up_after_a_while():
    tries = []

    @retried
    def act() -> None:
        tries.append(1)
        undone()

    with pytest.raises(OperationalError):
        act()
    assert len(tries) == MOST_TRIES


@pytest.mark.django_db(transaction=True)
def test_inside_another_it_runs_once_and_the_outermost_runs_again():
    inner, outer = [], []

    @retried
    def act() -> None:
        inner.append(1)
        if len(inner) < 3:
            undone()

    @retried
    def whole() -> None:
        outer.append(1)
        act()

    whole()
    assert (len(inner), len(outer)) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_that_is_not_retried_it_runs_once():
    tries = []

    @retried
    def act() -> None:
        tries.append(1)
        undone()

    with pytest.raises(OperationalError), transaction.atomic():
        act()
    assert len(tries) == 1


@pytest.mark.django_db(transaction=True)
def test_what_fails_for_another_reason_is_not_run_again():
    tries = []

    @retried
    def act() -> None:
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute(
                "DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$"
            )

    with pytest.raises(OperationalError) as caught:
        act()
    assert len(tries) == 1
    assert not was_rolled_back(caught.value)


def test_an_answer_and_a_name_pass_through(db):
    @retried
    def sum_of(first: int, *, second: int) -> int:
        """Adds."""
        return first + second

    assert sum_of(1, second=2) == 3
    assert (sum_of.__name__, sum_of.__doc__) == ("sum_of", "Adds.")
