"""Fixtures of the tests of files in object storage."""

from tests.g7plan.files.stand_in import storage
from tests.g7plan.test_erase_entry import asked, people, told

__all__ = ["asked", "people", "storage", "told"]
