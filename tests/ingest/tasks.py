"""Work for the tests of `ingest.workers`: what a worker process is asked to do, found by name in that process."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ontology.errors import ModelUnavailable

FOR_EVER_S = 600


def double(task: int) -> int:
    return 2 * task


def act(task: str) -> str:
    """Do what the first word says; a path may follow it."""
    name, _, path = task.partition(" ")
    return ACTS[name](path)


def hang(_: str) -> str:
    time.sleep(FOR_EVER_S)
    return "awake"


def hang_with_a_child(path: str) -> str:
    """Start a process, write its number to a file, and hang."""
    child = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({FOR_EVER_S})"])
    Path(path).write_text(str(child.pid), encoding="ascii")
    return hang(path)


def devour(_: str) -> str:
    return str(len(bytearray(1 << 40)))


def crash(_: str) -> str:
    return str(ctypes.string_at(0))


def die(_: str) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


def stand(_: str) -> str:
    """Get the signals that a terminal and a supervisor send to all processes."""
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(os.getpid(), number)
    return "still here"


def answer(_: str) -> str:
    return f"answered by {os.getpid()}"


ACTS: dict[str, Callable[[str], str]] = {
    "hang": hang,
    "hang-with-a-child": hang_with_a_child,
    "devour": devour,
    "crash": crash,
    "die": die,
    "stand": stand,
    "answer": answer,
}


def open_double() -> Callable[[int], int]:
    return double


def open_act() -> Callable[[str], str]:
    return act


def open_nothing() -> Callable[[str], str]:
    raise ModelUnavailable("Språkmodellen saknas.")


def open_and_die() -> Callable[[str], str]:
    os._exit(3)
