"""Start and stop a server process, also one that an earlier start left behind."""

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

STOP_WITHIN = 30.0  # seconds, then a stronger signal follows
START_WITHIN = 60.0  # seconds, because recovery after a crash reads the log again
PR_SET_PDEATHSIG = 1

# Loaded before any fork, because no import is allowed between fork and exec.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    """Return a `preexec_fn` that lets the kernel send `how` when the parent ends.

    So the process ends even if its parent is killed by SIGKILL.
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
    """Stop the server of a supervisor that was killed, and never another process.

    Process numbers are used again, especially after a restart of the machine. Both
    servers work in their data folder, so a process that works there is ours.
    """
    if not pid_file.exists():
        return
    # PostgreSQL writes a minus before the number in single-user mode.
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
    """A server process. Its output goes to a log that only this account can read."""

    name: str
    command: list[str]
    folder: Path
    account: Account
    log: Path
    stop_signal: signal.Signals
    stdin: bytes = b""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, is_ready: Callable[[int], bool]) -> None:
        """Start it, and wait until `is_ready` is true for the process number."""
        self.log.touch(mode=0o600)
        began_at = self.log.stat().st_size
        process = self.begin()
        in_time = wait_until(
            lambda: process.poll() is not None or is_ready(process.pid), START_WITHIN
        )
        if not in_time or process.poll() is not None:
            self.stop()
            reason = self._last_line(began_at)
            raise EmbeddedError(f"{self.name} does not start: {reason} ({self.log})")

    def begin(self) -> subprocess.Popen[bytes]:
        """Start it, and do not wait until it is ready."""
        with self.log.open("ab") as log:
            process = self._process = subprocess.Popen(  # noqa: S603
                self.command,
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"},
                # Ctrl-C is only for the supervisor, which stops the servers last.
                start_new_session=True,
                preexec_fn=die_with_parent(self.stop_signal),
                **self.account.switch(),
            )
        self._send_stdin(process)
        return process

    def ended(self) -> int | None:
        """Return its exit code, or None while it runs."""
        return None if self._process is None else self._process.poll()

    def stop(self) -> None:
        """Let it finish its writes, and send a stronger signal after half a minute."""
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

    def _last_line(self, began_at: int) -> str:
        """Return the server's own reason for its end, or its last line."""
        with self.log.open("rb") as log:
            log.seek(began_at)
            lines = log.read().decode("utf-8", "replace").strip().splitlines()
        fatal = [line for line in lines if "FATAL" in line]
        return (fatal or lines or ["it logged nothing"])[-1]
