"""A scanner on this machine that speaks as ClamAV's daemon does, and real ones."""

import os
import signal
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from time import monotonic, sleep

from tests.ports import free_port

# The test file of the EICAR institute, in two parts: scanners of this machine must not
# find it here.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"
ENGINE = "ClamAV 1.4.6/27000/Mon Nov 27 09:21:05 2017"
# Debian installs it here, outside the path of people.
CLAMD = Path("/usr/sbin/clamd")


class Scanner:
    """What the daemon was sent, and what it answers instead of its own finding."""

    def __init__(self) -> None:
        self.url = ""
        self.scanned: list[bytes] = []
        self.answer: bytes | None = None
        self.is_silent = False
        self.engine = ENGINE
        # It answers after so many bytes, and closes.
        self.most_bytes: int | None = None

    def finding_of(self, content: bytes) -> bytes:
        if self.answer is not None:
            return self.answer
        is_bad = EICAR in content
        return b"stream: Eicar-Test FOUND\0" if is_bad else b"stream: OK\0"


def _handler(scanner: Scanner) -> type[BaseRequestHandler]:
    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            with self.request.makefile("rb") as read, suppress(OSError):
                if read.read(2) == b"zV":
                    read.read(len("ERSION\0"))
                    self.request.sendall(scanner.engine.encode() + b"\0")
                    return
                read.read(len("NSTREAM\0"))
                content = b""
                while size := struct.unpack("!I", read.read(4))[0]:
                    content += read.read(size)
                    if scanner.most_bytes and len(content) > scanner.most_bytes:
                        refusal = b"INSTREAM size limit exceeded. ERROR\0"
                        self.request.sendall(refusal)
                        return
                scanner.scanned.append(content)
                if scanner.is_silent:
                    read.read(1)
                    return
                self.request.sendall(scanner.finding_of(content))

    return Handler


@contextmanager
def scanner_here() -> Iterator[Scanner]:
    scanner = Scanner()
    with ThreadingTCPServer(("127.0.0.1", 0), _handler(scanner)) as server:
        server.daemon_threads = True
        scanner.url = f"tcp://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield scanner
        server.shutdown()
        thread.join()


@contextmanager
def clamd(folder: Path) -> Iterator[str]:
    """Start Debian's daemon with one signature: EICAR. Yield its address."""
    signatures = folder / "signatures"
    signatures.mkdir()
    # An extended signature: name, any type of file, at any offset, bytes.
    line = f"Eicar-Signature:0:*:{EICAR.hex()}\n"
    (signatures / "local.ndb").write_text(line)
    port = free_port()
    path = folder / "clamd.conf"
    path.write_text(
        f"Foreground yes\nDatabaseDirectory {signatures}\nTCPSocket {port}\n"
        f"TCPAddr 127.0.0.1\nLocalSocket {folder}/clamd.ctl\nTemporaryDirectory"
        f" {folder}\nStreamMaxLength 25M\nMaxFileSize 25M\nAlertExceedsMax yes\n"
    )
    log = (folder / "clamd.log").open("wb")
    daemon = subprocess.Popen(
        [CLAMD, "--config-file", path], stdout=log, stderr=log, env=os.environ
    )
    try:
        _wait_for(port, daemon)
        yield f"tcp://127.0.0.1:{port}"
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(10)
        log.close()


def _wait_for(port: int, daemon: "subprocess.Popen[bytes]") -> None:
    until = monotonic() + 20
    while monotonic() < until and daemon.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        sleep(0.05)
    raise RuntimeError("clamd does not listen")
