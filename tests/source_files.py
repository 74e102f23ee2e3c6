"""The project's own files, as its version control lists them."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def tracked(*patterns: str) -> list[str]:
    """Paths below the root that match, migrations left out."""
    answer = subprocess.run(
        ["git", "ls-files", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in answer.stdout.split("\n") if name and is_ours(name)]


def is_ours(name: str) -> bool:
    return "/migrations/" not in name and (ROOT / name).exists()
