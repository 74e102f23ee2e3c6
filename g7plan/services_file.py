"""The file in which a trial's embedded services save their addresses.

Plain Python, no Django: the settings read the addresses with it.
"""

import json
from pathlib import Path


def _services_file(var_dir: Path) -> Path:
    return var_dir / "services.json"


def read_services(var_dir: Path) -> dict[str, str]:
    """Return the addresses of the embedded services. Empty if none ever started.

    The names are those of the environment in lower case: `database_url` (application
    role), `database_owner_url`, `database_signer_url` and `redis_url`. The addresses
    contain passwords.
    """
    path = _services_file(var_dir)
    if not path.exists():
        return {}
    services: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return services


def write_services(var_dir: Path, services: dict[str, str]) -> None:
    """Save the addresses for this account only, and never half a file."""
    path = _services_file(var_dir)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(services, indent=2), encoding="utf-8")
    draft.replace(path)
