"""Where the bytes of files lie: in the database, or in S3-compatible storage."""

from django.core.exceptions import ImproperlyConfigured
from environs import Env

from audit.object_storage import ObjectStorage


def bucket_from(env: Env) -> ObjectStorage | None:
    """Return the bucket that `FILES_S3_BUCKET` names, or None.

    Raises ImproperlyConfigured where a bucket comes without its key.
    """
    bucket = ObjectStorage(
        name=env.str("FILES_S3_BUCKET", default=""),
        endpoint_url=env.str("FILES_S3_ENDPOINT_URL", default=""),
        region=env.str("FILES_S3_REGION", default="") or "us-east-1",
        access_key_id=env.str("FILES_S3_ACCESS_KEY_ID", default=""),
        secret_access_key=env.str("FILES_S3_SECRET_ACCESS_KEY", default=""),
        prefix=env.str("FILES_S3_PREFIX", default="") or "g7plan/",
    )
    if not bucket.name:
        return None
    if not (bucket.access_key_id and bucket.secret_access_key):
        raise ImproperlyConfigured(
            "FILES_S3_BUCKET is set, but FILES_S3_ACCESS_KEY_ID or"
            " FILES_S3_SECRET_ACCESS_KEY is not."
        )
    return bucket
