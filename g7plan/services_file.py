"""Where a trial's embedded services write down their addresses.

Plain Python, no Django: the settings read the addresses from here.
"""

import json
from pathlib import Path


def _services_file(var_dir: Path) -> Path:
    return var_dir / "services.json"


def read_services(var_dir: Path) -> dict[str, str]:
    """Where the embedded services of this folder listen; empty if none ever started.

    Names are those of the environment in lower case: `database_url` (application
    role), `database_owner_url` and `redis_url`. The addresses hold passwords.
    """
    path = _services_file(var_dir)
    if not path.exists():
        return {}
    services: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return services


def write_services(var_dir: Path, services: dict[str, str]) -> None:
    """Keep the addresses for this account alone, in one step: never half a file."""
    path = _services_file(var_dir)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(services, indent=2), encoding="utf-8")
    draft.replace(path)
