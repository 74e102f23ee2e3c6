"""Start the parts of a trial in order, and stop them in the opposite order."""

import argparse
import os
import shutil
import signal
import socket
import sys
import threading
import time
import urllib.request
from pathlib import Path

from environs import Env

from g7plan.messages.compiling import compile_catalogues
from g7plan.queues import QUEUES
from g7plan.settings_of.start import is_production
from g7plan.trial.embedded import EmbeddedError
from g7plan.trial.embedded.home import remove_home
from g7plan.trial.embedded.services import only_one, running_servers
from g7plan.trial.supervisor import CannotRunError, Stopped
from g7plan.trial.supervisor.processes import finish, note_signals, side_by_side, watch
from g7plan.trial.supervisor.restarts import say

ROOT = Path(__file__).resolve().parents[3]
HOST = "127.0.0.1"
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MADE_BY_RUN = (
    "beat*",
    "lock",
    "*.log",
    "mail",
    "secret_key",
    "services.json",
    "static*",
)
env = Env()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="g7plan.trial.supervisor", description=__doc__
    )
    parser.add_argument("--demo", action="store_true", help="load illustrative data")
    parser.add_argument("--forget", action="store_true", help="delete the trial's data")
    options = parser.parse_args(arguments)
    note_signals(*STOPPING)
    os.umask(0o077)  # other accounts of the machine read nothing of a trial
    try:
        forget() if options.forget else run(demo=options.demo)
    except (EmbeddedError, CannotRunError) as error:
        say(str(error))
        return 1
    except Stopped:
        say("Stopped. Your data is kept; `make run` finds it again.")
    return 0


def run(*, demo: bool) -> None:
    refuse_production()
    port = free_port()
    var_dir = chosen_var_dir()
    os.environ["VAR_DIR"] = str(var_dir)
    os.chdir(ROOT)
    compile_catalogues()
    say("Starting the database and the queue …")
    with running_servers(var_dir, wanted=missing_services()) as servers:
        close_mail_folder(var_dir / "mail")
        prepare(demo=demo)
        with side_by_side(commands(port, var_dir)) as running:
            threading.Thread(target=announce, args=(port, var_dir), daemon=True).start()
            watch([*servers, *running])


def close_mail_folder(folder: Path) -> None:
    """Keep other accounts out of the mails, which hold sign-in links."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)


def forget() -> None:
    """Delete what `run` created, and nothing else in that folder."""
    var_dir = chosen_var_dir()
    with only_one(var_dir):
        remove_home(var_dir)
        for path in [path for name in MADE_BY_RUN for path in var_dir.glob(name)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    say(f"The trial's data in {var_dir} is deleted.")


def chosen_var_dir() -> Path:
    return Path(env.str("VAR_DIR", default=str(ROOT / "var"))).resolve()


def refuse_production() -> None:
    if is_production():
        raise CannotRunError(
            "This starts a trial, but the environment asks for production (PRODUCTION"
            " or DATABASE_URL is set). See docs/running.md. To run a trial on the"
            " database of DATABASE_URL, set PRODUCTION=0."
        )
    names = ("DATABASE_URL", "DATABASE_OWNER_URL")
    has_database, has_owner = (bool(env.str(name, default="")) for name in names)
    if has_database and not has_owner:
        raise CannotRunError(
            "DATABASE_URL is set and DATABASE_OWNER_URL is not. The owner of the"
            " database creates the tables: set DATABASE_OWNER_URL too."
        )


def free_port() -> int:
    """Return the web server's port, after trying it: before anything else starts."""
    wanted = env.str("PORT", default="8000")
    if not wanted.isascii() or not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise CannotRunError(f"PORT is “{wanted}”. Set it to a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(wanted)))
        except OSError as error:
            raise CannotRunError(
                f"Port {wanted} is not free ({error.strerror}). Choose another, for"
                f" example: PORT={min(int(wanted) + 1, 65535)} make run"
            ) from error
    return int(wanted)


def missing_services() -> frozenset[str]:
    variables = {"postgresql": "DATABASE_URL", "valkey": "REDIS_URL"}
    return frozenset(
        name
        for name, variable in variables.items()
        if not env.str(variable, default="")
    )


def prepare(*, demo: bool) -> None:
    """Prepare tables, reference data, plan and static files in one Django process."""
    command = [sys.executable, "manage.py", "prepare", "--static"]
    if not finish(command + ["--demo"] * demo):
        raise CannotRunError("The database could not be prepared. The reason is above.")


def commands(port: int, var_dir: Path) -> dict[str, list[str]]:
    # Celery warns about root at length. Here the machine's root chose it.
    quietly = ["-W", "ignore:You're running the worker"]
    celery = ["env", "PROCESS=worker", sys.executable, *quietly]
    celery += ["-m", "celery", "--quiet", "--app", "g7plan"]
    return {
        "web": [
            sys.executable, "-m", "gunicorn", "g7plan.wsgi:application",
            "--config", "python:g7plan.web_server", "--bind", f"{HOST}:{port}",
            "--workers", "1", "--graceful-timeout", "10", "--log-level", "warning",
        ],
        "worker": [
            *celery, "worker", "--concurrency", "2", "--loglevel", "INFO",
            # A trial has one account, so a process of its own would protect no key.
            "--queues", ",".join(QUEUES),
            # There is no other worker to talk to.
            "--without-mingle", "--without-gossip", "--without-heartbeat",
        ],
        "beat": [*celery, "beat", "--schedule", str(var_dir / "beat"), "--pidfile="],
    }  # fmt: skip


def announce(port: int, var_dir: Path) -> None:
    """Print the address once the first page can be opened. Logs follow below."""
    address = f"http://{HOST}:{port}"
    while not answers(f"{address}/readyz"):
        time.sleep(0.2)
    say(
        "",
        f"g7plan is ready: {address}",
        "",
        "This is a trial: an embedded database, for this machine only.",
        f"Data is kept in {var_dir}",
        f"Mails are kept in {var_dir / 'mail'}, not sent.",
        "Ctrl-C stops everything.",
        "",
    )


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
