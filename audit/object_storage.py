"""Objects in S3-compatible storage: put, read, list, and delete with every version.

Plain Python, no Django: the settings make the one bucket. boto3 takes 20 MB and is
loaded with the first use, so a process without object storage never has it.

Each object has a random name, and nothing but its bytes. So the storage tells nothing
about a file, not even whose it is; the database has its name, type, size and hash.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from importlib import import_module
from typing import Any
from uuid import uuid4

_NAME = re.compile(r"[0-9a-f]{32}")
_MISSING = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound"})
# Seconds. A page waits for its file, and a transaction for the object that it names.
_CONNECT, _READ, _ATTEMPTS = 2, 6, 2


class FilesAwayError(Exception):
    """The storage of files does not answer, or refuses us. Another try may succeed."""


class FileFaultError(Exception):
    """A file is missing from the storage, or its bytes are not those that were kept."""


def new_object_name() -> str:
    """Return a name that tells nothing and that no other object has."""
    return uuid4().hex


# Not compared by fields: `cached_property` needs its own dictionary.
@dataclass(eq=False)
class ObjectStorage:
    """A bucket, and the beginning of all names in it that are ours."""

    name: str
    endpoint_url: str
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    prefix: str = "g7plan/"

    @cached_property
    def _client(self) -> Any:
        """Return a client that threads may share.

        It signs the hash of what it sends, over TLS too: the storage refuses bytes that
        were changed on the way.
        """
        config = import_module("botocore.config").Config(
            signature_version="s3v4",
            connect_timeout=_CONNECT,
            read_timeout=_READ,
            retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"},
            s3={"addressing_style": "path", "payload_signing_enabled": True},
            # Not all storages know the newer checksums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        session = import_module("boto3.session").Session(
            aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret_access_key,
            region_name=self.region,
        )
        return session.client(
            "s3", endpoint_url=self.endpoint_url or None, config=config
        )

    def put(self, name: str, content: bytes) -> None:
        """Store an object. Raises FilesAwayError."""
        with _own_errors():
            self._client.put_object(
                Bucket=self.name,
                Key=self.prefix + name,
                Body=content,
                ContentType="application/octet-stream",
            )

    def read(self, name: str, *, most: int) -> bytes:
        """Return the bytes of an object, at most one byte more than `most`.

        Raises FilesAwayError, or FileFaultError if there is no such object.
        """
        with _own_errors():
            found = self._client.get_object(Bucket=self.name, Key=self.prefix + name)
            with found["Body"] as body:
                content: bytes = body.read(most + 1)
        return content

    def has(self, name: str) -> bool:
        """Return whether there is such an object. Raises FilesAwayError."""
        try:
            with _own_errors():
                self._client.head_object(Bucket=self.name, Key=self.prefix + name)
        except FileFaultError:
            return False
        return True

    def drop(self, name: str) -> None:
        """Delete every version of an object, if there is any. Raises FilesAwayError."""
        key = self.prefix + name
        with _own_errors():
            for version in self._versions(key):
                if version["Key"] == key:
                    self._client.delete_object(
                        Bucket=self.name, Key=key, VersionId=version["VersionId"]
                    )

    def names_before(self, instant: datetime) -> Iterator[set[str]]:
        """Yield the names of all objects with a version from before an instant.

        Each time a page of them, a thousand at most. Objects that are not named as ours
        are left out, and so are those with a newer version.
        """
        with _own_errors():
            newest: dict[str, datetime] = {}
            for version in self._versions(self.prefix):
                name = version["Key"].removeprefix(self.prefix)
                if _NAME.fullmatch(name):
                    at = version["LastModified"]
                    newest[name] = max(at, newest.get(name, at))
        yield from _pages(name for name, at in newest.items() if at < instant)

    def _versions(self, beginning: str) -> Iterator[Any]:
        """Yield the versions and delete markers of all keys with this beginning."""
        pages = self._client.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.name, Prefix=beginning):
            yield from page.get("Versions", [])
            yield from page.get("DeleteMarkers", [])


def _pages(names: Iterable[str], size: int = 1000) -> Iterator[set[str]]:
    page: set[str] = set()
    for name in names:
        page.add(name)
        if len(page) == size:
            yield page
            page = set()
    if page:
        yield page


@contextmanager
def _own_errors() -> Iterator[None]:
    """Raise our own errors instead of those of the client."""
    errors = import_module("botocore.exceptions")
    try:
        yield
    except errors.ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _MISSING:
            raise FileFaultError("the storage has no such file") from error
        raise FilesAwayError(f"the storage of files refuses: {code}") from error
    except errors.BotoCoreError as error:
        reason = type(error).__name__
        raise FilesAwayError(f"the storage of files is away: {reason}") from error
