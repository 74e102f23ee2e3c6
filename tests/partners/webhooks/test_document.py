"""Tests of the check of a signature that docs/api.md shows."""

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from partners.webhooks.signatures import make_secret, signed_headers
from tests.source_files import ROOT

DOCUMENT = (ROOT / "docs/api.md").read_text("utf-8")
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def is_ours(*arguments):
    names: dict[str, Any] = {}
    exec(BLOCK.findall(DOCUMENT)[0], names)  # noqa: S102 - our own document
    return names["is_ours"](*arguments)


def test_the_example_of_the_document_checks_signatures():
    old, new, body, now = make_secret(), make_secret(), b"{}", timezone.now()
    headers = dict(signed_headers("an-id", now, body, [new, old]))
    assert is_ours(new, headers, body)
    assert is_ours(old, headers, body)
    assert not is_ours(make_secret(), headers, body)
    assert not is_ours(new, headers, b"{ }")
    assert not is_ours(new, {**headers, "webhook-id": "another"}, body)
    late = now - timedelta(minutes=6)
    assert not is_ours(new, dict(signed_headers("an-id", late, body, [new])), body)
