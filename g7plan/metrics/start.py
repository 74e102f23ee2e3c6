"""Start and end the process that serves the metrics, beside the web server."""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(__file__).with_name("server.py")
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS_TO_END = 5


@dataclass
class MetricsServer:
    """The process, and the folder of its files."""

    process: "subprocess.Popen[bytes]"
    folder: str

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_metrics(address: str, port: int) -> MetricsServer:
    """Serve metrics at that address. Processes that start from now on count into it."""
    folder = tempfile.mkdtemp(prefix="g7plan-metrics-")
    os.environ[FOLDER] = folder
    command = [sys.executable, "-P", str(PROGRAM), address, str(port)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603
    return MetricsServer(process, folder)
