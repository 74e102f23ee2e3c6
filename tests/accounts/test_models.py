"""What the database refuses, whatever the door."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User


@pytest.mark.parametrize(
    "values",
    [
        {"email": "Upper@tests.example"},
        {"roles": ["king"], "email": "a@tests.example"},
        {"roles": ["officer"], "email": "a@tests.example"},
    ],
)
def test_the_database_refuses_unsound_accounts(members, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(name="A", created_at=datetime.now(UTC), **values)
