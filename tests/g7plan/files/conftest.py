"""Fixtures of the tests of files in object storage."""

from tests.g7plan.test_erase_entry import asked, people, told
from tests.object_storage import storage

__all__ = ["asked", "people", "storage", "told"]
