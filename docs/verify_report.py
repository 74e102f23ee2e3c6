"""Verify a file of a report: python3 verify_report.py FILE MANIFEST --key KEY

MANIFEST is the file that ends in .manifest.json, beside the files of the report. KEY is
the public key in hexadecimal. Take it from where you trust it: docs/verifying.md.
You need Python 3.9 or newer, and its package cryptography.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha256_and_size(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
            size += len(part)
    return digest.hexdigest(), size


def signed_manifest(path: Path, keys: list[str]) -> Any:
    """Return what was signed. Raises ValueError if none of the keys signed it."""
    sent = json.loads(path.read_text("utf-8"))
    line, signature = sent["manifest"].encode(), bytes.fromhex(sent["signature"])
    for key in map(bytes.fromhex, keys):
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, line)
        except InvalidSignature:
            continue
        return json.loads(line)
    raise ValueError("the manifest was not signed with this key")


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("file", type=Path)
parser.add_argument("manifest", type=Path)
parser.add_argument("--key", action="append", required=True, help="can be repeated")
given = parser.parse_args()
try:
    held = sha256_and_size(given.file)
    manifest = signed_manifest(given.manifest, given.key)
    named = {(file["sha256"], file["size"]) for file in manifest["files"]}
except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
    sys.exit(f"Nothing is shown: {error}.")
if held not in named:
    sys.exit("Not genuine: the manifest names no file with these bytes.")
about = f"report {manifest['report']}, plan {manifest['plan']}, {manifest['at']}"
if manifest.get("circulation") != "final":
    sys.exit(f"Genuine, but not final: {about}.")
print(f"A genuine final report: {about}.")
