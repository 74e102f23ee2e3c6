"""Files whose bytes lie in object storage: a backup has their hashes only."""

from collections.abc import Iterator
from typing import Any

import psycopg
from django.db import connections

from audit.object_storage import FilesAwayError
from audit.owner import OWNER
from audit.stored_files import required_bucket
from g7plan.backup.manifest import FileElsewhere

_FILES = """
SELECT file.object_key, item.size, item.sha256
  FROM progress_evidencefile AS file
  JOIN progress_evidence AS item ON item.id = file.evidence_id
 WHERE file.object_key <> ''
UNION ALL
SELECT object_key, size, sha256 FROM reports_reportfile WHERE object_key <> ''
ORDER BY 1
"""


def files_elsewhere(connection: psycopg.Connection[Any]) -> tuple[FileElsewhere, ...]:
    """Return the files whose rows name an object."""
    rows = connection.execute(_FILES)
    return tuple(FileElsewhere(*row) for row in rows.fetchall())


def missing_files() -> Iterator[str]:
    """Yield a sentence for each file of this database that is not in the storage.

    Whether the bytes are right is for `verify_ledger` to say: it reads them all.
    """
    with connections[OWNER].cursor() as cursor:
        cursor.execute(_FILES)
        files = [FileElsewhere(*row) for row in cursor.fetchall()]
    try:
        for file in files:
            if not required_bucket().has(file.object_key):
                yield (
                    f"MISSING in object storage: {file.object_key}, {file.size} bytes,"
                    f" SHA-256 {file.sha256}."
                )
    except FilesAwayError as error:
        yield f"{len(files)} files in object storage could not be checked: {error}."
