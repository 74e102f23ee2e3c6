"""Fixtures for all tests: the cast, named by role, and one small plan."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db.models import Model
from django.test import Client
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from accounts.models import Member, Role, User
from commitments.models import (
    Action,
    Commitment,
    Instrument,
    MemberCommitment,
    Plan,
    SubArea,
    Summit,
)
from progress.models import Stocktake
from reports import runner
from tests.accounts.signed_in import client_of
from tests.factories import (
    CHAIR,
    FORMER_CHAIR,
    assign,
    make_body,
    make_members,
    make_plan,
    make_presidencies,
    make_stocktake,
    make_user,
    member_commitment_of,
)
from tests.finished_reports import made_up_files
from tests.repeated_rows import are_empty, repeat_rows

# Generated examples are the same in every run, so that only a change makes a test fail.
# `--hypothesis-profile=random` draws others, also where Hypothesis sees a CI machine,
# on which its own default is to draw none.
hypothesis_settings.register_profile("fixed", derandomize=True, deadline=None)
hypothesis_settings.register_profile(
    "random", derandomize=False, deadline=None, print_blob=True
)
hypothesis_settings.load_profile("fixed")

# In an order in which each row finds those that it refers to.
PLAN_MODELS: list[type[Model]] = [
    Summit,
    Instrument,
    Plan,
    Action,
    SubArea,
    Commitment,
    Commitment.instruments.through,
    MemberCommitment,
]

pytest_plugins = ["tests.databases", "tests.large.database"]


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def machine_in_tokyo(monkeypatch) -> Iterator[None]:
    """The time zone of the machine is Tokyo's."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def members(db) -> dict[str, Member]:
    if are_empty([Member]):
        return repeat_rows("members", make_members, [Member])
    return make_members()


@pytest.fixture
def chair(members, now) -> str:
    """Italy has the chair. Canada had it before; the United States are next."""
    make_presidencies(now)
    return CHAIR


@pytest.fixture
def plan(members) -> Plan:
    if are_empty([Summit, Instrument]):
        return repeat_rows("plan", make_plan, PLAN_MODELS)
    return make_plan()


@pytest.fixture
def contributor_jp(plan) -> User:
    """A contributor who may only draft 1.2.2 for Japan."""
    user = make_user(Role.CONTRIBUTOR, member="JP", name="Contributor JP")
    assign(user, member_commitment_of(plan, "1.2.2", "JP"))
    return user


@pytest.fixture
def officer_jp(members) -> User:
    return make_user(Role.OFFICER, member="JP", name="Officer JP")


@pytest.fixture
def head_jp(members) -> User:
    return make_user(Role.HEAD, member="JP", name="Head JP")


@pytest.fixture
def officer_fr(members) -> User:
    return make_user(Role.OFFICER, member="FR", name="Officer FR")


@pytest.fixture
def head_fr(members) -> User:
    return make_user(Role.HEAD, member="FR", name="Head FR")


@pytest.fixture
def coordinator(chair) -> User:
    return make_user(Role.COORDINATOR, member=chair, name="Coordinator")


@pytest.fixture
def officer_of_the_chair(chair) -> User:
    return make_user(Role.OFFICER, member=chair, name="Officer of the chair")


@pytest.fixture
def former_coordinator(chair) -> User:
    return make_user(Role.COORDINATOR, member=FORMER_CHAIR, name="Former coordinator")


@pytest.fixture
def second_reviewer(members) -> User:
    return make_user(Role.COORDINATOR, member="GB", name="Second reviewer")


@pytest.fixture
def observer(members) -> User:
    return make_user(Role.OBSERVER, name="Observer")


@pytest.fixture
def assessor(members) -> User:
    """An assessor of the University Observatory."""
    return make_user(Role.ASSESSOR, name="Assessor", body=make_body())


@pytest.fixture
def other_assessor(members) -> User:
    """An assessor of the Policy Institute."""
    body = make_body("policy-institute")
    return make_user(Role.ASSESSOR, name="Other assessor", body=body)


@pytest.fixture
def administrator(members) -> User:
    return make_user(Role.ADMINISTRATOR, name="Administrator")


@pytest.fixture
def stocktake(plan, coordinator, second_reviewer) -> Stocktake:
    """Open, and due in two weeks."""
    return make_stocktake(plan, by=coordinator, second_reviewer=second_reviewer)


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """Use a fast password hash: a slow one would only cost time in tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def english_at_first() -> None:
    """Begin in English: a page that the test before asked for may have changed it."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def signed_in():
    """`signed_in(user)` is a browser's client in which that person has signed in."""

    def client_for(user: User | None) -> Client:
        return client_of(user) if user else Client()

    return client_for


@pytest.fixture
def made_up_reports(monkeypatch) -> None:
    """Nothing looks into the files of reports here, so they are not rendered."""
    monkeypatch.setattr(runner, "render_all", made_up_files)
