"""A stand-in for S3-compatible storage: moto, in this process or as a server.

It is not a storage that anyone runs. What it proves is that our requests are those of
the protocol; what a real one does under load or when it fails it does not show. Both
packages take a second to load, so only tests that use them load them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest

from audit.object_storage import ObjectStorage

KEYS = {"access_key_id": "key", "secret_access_key": "secret", "region": "us-east-1"}
BUCKET = "files"


class StandIn:
    """The storage as the product has it, and as someone sees it who owns it."""

    def __init__(self, endpoint_url: str = "") -> None:
        self.ours = ObjectStorage(name=BUCKET, endpoint_url=endpoint_url, **KEYS)
        self.client: Any = import_module("boto3").client(
            "s3",
            endpoint_url=endpoint_url or None,
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            region_name="us-east-1",
        )
        self.client.create_bucket(Bucket=BUCKET)
        self.client.put_bucket_versioning(
            Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
        )

    def names(self) -> set[str]:
        found = self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {item["Key"].removeprefix("g7plan/") for item in found}

    def versions(self) -> int:
        """Count every version and every delete marker."""
        found = self.client.list_object_versions(Bucket=BUCKET)
        return len(found.get("Versions", [])) + len(found.get("DeleteMarkers", []))

    def write(self, name: str, content: bytes) -> None:
        self.client.put_object(Bucket=BUCKET, Key=f"g7plan/{name}", Body=content)

    def age(self, name: str, by: timedelta) -> None:
        """Make an object older than it is. Only within this process."""
        backend = import_module("moto.s3.models").s3_backends["123456789012"]["aws"]
        backend.buckets[BUCKET].keys[f"g7plan/{name}"].last_modified -= by

    def lose(self, name: str) -> None:
        """Delete an object as someone would who knows nothing of versions."""
        self.client.delete_object(Bucket=BUCKET, Key=f"g7plan/{name}")


@pytest.fixture
def storage(settings) -> Iterator[StandIn]:
    """Files lie in object storage."""
    with import_module("moto").mock_aws():
        made = StandIn()
        settings.FILES_S3 = made.ours
        yield made


@contextmanager
def storage_server() -> Iterator[StandIn]:
    """A server of its own, on a port of this machine."""
    servers = import_module("moto.server")
    server = servers.ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield StandIn(f"http://{host}:{port}")
    finally:
        server.stop()
