"""Typesets in a process of its own, within bounds. `typesetter` starts it as a script.

A request is a line, the source and its inputs. An answer is a line and the files that
it made. Each line says how long the parts after it are.
It imports nothing of the product, so that it starts at once and knows no secret.
"""

import json
import os
import resource
import sys
from typing import Any, BinaryIO, Final

import typst

Answer = tuple[dict[str, Any], list[bytes]]
MEGABYTE: Final = 1024**2


def main(most_memory: str, most_seconds: str, *folders: str) -> None:
    """Answer requests until there are no more."""
    set_bound(resource.RLIMIT_DATA, int(most_memory) * MEGABYTE)
    set_bound(resource.RLIMIT_CPU, int(most_seconds))
    # What it would leave behind when it is stopped has the texts of entries.
    set_bound(resource.RLIMIT_CORE, 0)
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[*folders])
    # A fault of the typesetter may quote a text, and standard error goes to a log.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    serve(sys.stdin.buffer, sys.stdout.buffer, fonts)


def set_bound(kind: int, most: int) -> None:
    """Set a bound, unless the system has already set a lower one."""
    _soft, hard = resource.getrlimit(kind)
    bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (bound, hard))


def serve(requests: BinaryIO, answers: BinaryIO, fonts: typst.Fonts) -> None:
    for line in requests:
        asked = json.loads(line)
        parts = [requests.read(size) for size in asked["sizes"]]
        head, files = answer(asked, parts, fonts)
        head["sizes"] = [*map(len, files)]
        answers.write(json.dumps(head).encode() + b"\n")
        answers.writelines(files)
        answers.flush()


def answer(asked: dict[str, Any], parts: list[bytes], fonts: typst.Fonts) -> Answer:
    """Return what the typesetter makes of a source, or the problem that it has."""
    source, *values = parts
    inputs = (value.decode() for value in values)
    try:
        compiler = typst.Compiler(
            source,
            root=asked["root"],
            font_paths=fonts,
            sys_inputs=dict(zip(asked["names"], inputs, strict=True)),
        )
        made = getattr(compiler, asked["method"])(**asked["options"])
    except typst.TypstError as error:
        return {"problem": "source", "words": error.diagnostic}, []
    except BaseException as error:
        # A panic is no Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        return {"problem": "fault", "words": ""}, []
    files = made if isinstance(made, list) else [made]
    return {}, [file.encode() if isinstance(file, str) else file for file in files]


if __name__ == "__main__":
    main(*sys.argv[1:])
