"""A POSIX shell that runs the examples of a document, with the tools they use.

`curl` and `jq` are small programs of ours unless the real curl is asked for: the tests
need nothing but Python. Both know what the documents use, and refuse anything else.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType

TOOLS = Path(__file__).parent / "tools"
DONE = "the block is done"
# Seconds for one block.
LONGEST = 60


class Shell:
    """One shell for all blocks: what one of them sets, the next ones have."""

    def __init__(self, folder: Path, address: str, *, real_curl: bool) -> None:
        tools = folder / "tools"
        tools.mkdir()
        for name in ("curl", "jq"):
            if name != "curl" or not real_curl:
                install(TOOLS / f"{name}.py", tools / name)
        python = folder / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        install(TOOLS / "manage.py", python)
        self.process = subprocess.Popen(
            ["/bin/sh"],
            cwd=folder,
            env={"PATH": f"{tools}:/usr/bin:/bin", "SERVER": address},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
        )

    def run(self, block: str) -> tuple[int, str]:
        """Return the exit status of the block's last command, and what it printed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{block}\nprintf '\\n%s %s\\n' '{DONE}' $?\n")
        self.process.stdin.flush()
        printed: list[str] = []
        for line in self.process.stdout:
            if found := re.fullmatch(rf"{DONE} (\d+)\n", line):
                return int(found[1]), "".join(printed)
            printed.append(line)
        raise AssertionError(f"the shell ended: {''.join(printed)}")

    def __enter__(self) -> "Shell":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.communicate()


def install(program: Path, place: Path) -> None:
    """Write a program with the interpreter of these tests, ready to run."""
    place.write_text(f"#!{sys.executable} -ES\n{program.read_text('utf-8')}", "utf-8")
    place.chmod(0o755)


def has_real_curl() -> bool:
    return shutil.which("curl", path="/usr/bin:/bin") is not None
