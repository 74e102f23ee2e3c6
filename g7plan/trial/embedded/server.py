"""Starting and stopping a server process, and one that an earlier start left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from g7plan.trial.embedded import EmbeddedError
from g7plan.trial.embedded.home import Account

STOP_WITHIN = 30.0  # seconds, then less kindly
START_WITHIN = 60.0  # seconds: recovery after a crash reads the log again
PR_SET_PDEATHSIG = 1

# Loaded before any fork: between fork and exec nothing may be imported.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    """For `preexec_fn`: the kernel sends `how` when the thread that starts this ends.

    So nothing is left running where even SIGKILL ends the one who would stop it.
    """
    if _libc is None:
        return None
    prctl = _libc.prctl
    return lambda: prctl(PR_SET_PDEATHSIG, int(how))


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def stop_leftover(pid_file: Path, folder: Path, *, how: signal.Signals) -> None:
    """Stop the server of a supervisor that was killed; never somebody else's process.

    Numbers of processes are used again, after a restart of the machine above all. Both
    servers work in their data folder, so a process is ours if that is where it works.
    """
    if not pid_file.exists():
        return
    # PostgreSQL writes a minus before the number of a process that stands alone.
    pid = abs(int(pid_file.read_text(encoding="ascii").split("\n", 1)[0] or 0))
    if not pid or not is_running(pid):
        return
    if not Path("/proc/self").exists():
        return  # the server's own check of its pid file decides
    if not _works_in(pid, folder):
        pid_file.unlink()
        return
    for signum, seconds in ((how, STOP_WITHIN), (signal.SIGKILL, 5.0)):
        with suppress(ProcessLookupError):
            os.kill(pid, signum)
        if wait_until(lambda: not _works_in(pid, folder), seconds):
            return
    raise EmbeddedError(f"An earlier server (process {pid}) in {folder} does not stop.")


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:  # gone, a zombie, or another account's
        return False


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@dataclass
class Server:
    """One server process; its output goes to a log that this account alone can read."""

    name: str
    command: list[str]
    folder: Path
    account: Account
    log: Path
    stop_signal: signal.Signals
    stdin: bytes = b""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, is_ready: Callable[[int], bool]) -> None:
        """Start it, and come back once `is_ready` says so of the process's number."""
        self.log.touch(mode=0o600)
        with self.log.open("ab") as log:
            began_at = log.tell()
            process = self._process = subprocess.Popen(  # noqa: S603
                self.command,
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"},
                # Ctrl-C is for the supervisor alone: it stops the servers last.
                start_new_session=True,
                preexec_fn=die_with_parent(self.stop_signal),
                **self.account.switch(),
            )
        self._send_stdin(process)
        in_time = wait_until(
            lambda: process.poll() is not None or is_ready(process.pid), START_WITHIN
        )
        if not in_time or process.poll() is not None:
            self.stop()
            told = self._last_word(began_at)
            raise EmbeddedError(f"{self.name} does not start: {told} ({self.log})")

    def stop(self) -> None:
        """Let it finish its writes; insist after half a minute."""
        process, self._process = self._process, None
        if process is None:
            return
        for signum in (self.stop_signal, signal.SIGQUIT, signal.SIGKILL):
            process.send_signal(signum)  # does nothing once it has ended
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_WITHIN)
                return

    def _send_stdin(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin is not None:
            with suppress(BrokenPipeError), process.stdin as stdin:
                stdin.write(self.stdin)

    def _last_word(self, began_at: int) -> str:
        """What the server itself said of its end, or else said last."""
        with self.log.open("rb") as log:
            log.seek(began_at)
            lines = log.read().decode("utf-8", "replace").strip().splitlines()
        fatal = [line for line in lines if "FATAL" in line]
        return (fatal or lines or ["it said nothing"])[-1]
