"""Run several processes side by side, prefix their lines, and end them together.

honcho prints the lines. It does not run the processes, because its manager signals a
process's whole group, which kills the children of Celery's worker in the middle of a
job. It also leaves everything running when it is killed itself.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime

from honcho.colour import get_colours
from honcho.printer import Message, Printer

from g7plan.trial.embedded.server import die_with_parent
from g7plan.trial.supervisor import Stopped
from g7plan.trial.supervisor.restarts import Restarts, RunningPart

STOP_WITHIN = 30.0  # seconds, for running requests and jobs

Process = subprocess.Popen[bytes]


# A handler that raises would be lost where Python cannot raise, for example when a lock
# is released during a fork. So it notes the signal, and every waiting loop checks it.
_signals: list[int] = []


def note_signals(*signals: signal.Signals) -> None:
    for signum in signals:
        signal.signal(signum, lambda number, _frame: _signals.append(number))


def stop_if_asked() -> None:
    if _signals:
        raise Stopped


class Terminal:
    """Prints the output of several processes, one line at a time."""

    def __init__(self, names: list[str]) -> None:
        self._printer = Printer(sys.stdout, width=max(map(len, names)))
        self._colours = dict(zip(names, get_colours(), strict=False))
        self._lock = threading.Lock()

    def follow(self, name: str, process: Process) -> threading.Thread:
        thread = threading.Thread(target=self._copy, args=(name, process), daemon=True)
        thread.start()
        return thread

    def _copy(self, name: str, process: Process) -> None:
        if process.stdout is None:
            return
        with process.stdout as lines:
            for line in lines:
                # A closed terminal must not stop a process that still writes.
                with self._lock, suppress(OSError):
                    now = datetime.now().astimezone()
                    message = Message("line", line, now, name, self._colours[name])
                    self._printer.write(message)


class Command:
    """A command that runs beside others, and its lines in the terminal."""

    last_words = "its last lines above"

    def __init__(self, name: str, command: list[str], terminal: Terminal) -> None:
        self.name = name
        self.process = start(command)
        self._command = command
        self._terminal = terminal
        self._follower: threading.Thread | None = None

    def follow(self) -> None:
        self._follower = self._terminal.follow(self.name, self.process)

    def ended(self) -> int | None:
        return self.process.poll()

    def start_again(self) -> None:
        _end_group(self.process)  # children that outlived it hold its port or its jobs
        self.process = start(self._command)
        self.follow()

    def finish_lines(self) -> None:
        if self._follower is not None:
            self._follower.join(timeout=1)


@contextmanager
def side_by_side(commands: Mapping[str, list[str]]) -> Iterator[list[Command]]:
    """Run these commands during the block, and give them."""
    running: list[Command] = []
    terminal = Terminal(list(commands))
    try:
        # Start all before the first thread, so that no fork happens under a lock.
        for name, command in commands.items():
            running.append(Command(name, command, terminal))
        for each in running:
            each.follow()
        yield running
    finally:
        end([each.process for each in running])
        for each in running:
            each.finish_lines()


def start(command: list[str], output: int | None = subprocess.PIPE) -> Process:
    return subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        # Ctrl-C only reaches the supervisor, which then ends each process.
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )


def end(processes: list[Process]) -> None:
    """Ask each to finish its work. After a while, kill it and its children."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_WITHIN
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    for process in processes:
        _end_group(process)
        process.wait()


def _end_group(process: Process) -> None:
    """Kill what is left of a process and its children. It leads their group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def watch(parts: Iterable[RunningPart]) -> None:
    """Start again what ends, until a person stops the trial or a part keeps ending."""
    restarts = [Restarts(part) for part in parts]
    while True:
        stop_if_asked()
        for each in restarts:
            each.look()
        time.sleep(0.2)


def finish(command: list[str]) -> bool:
    """Run one command to its end, and return whether it succeeded."""
    process = start(command, output=None)
    try:
        while process.poll() is None:
            stop_if_asked()
            time.sleep(0.05)
    finally:
        end([process])
    return process.returncode == 0
