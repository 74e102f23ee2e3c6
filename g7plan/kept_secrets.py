"""The secrets that a trial creates once and keeps: plain Python, for the settings."""

import secrets
from contextlib import suppress
from pathlib import Path


def kept_secret(folder: Path, name: str, new_value: str) -> str:
    """Return the secret of this name in the folder, which is new the first time."""
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Write all or nothing: several processes of a trial may start at once.
        draft = path.with_name(f"{name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(new_value, encoding="utf-8")
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="utf-8")
