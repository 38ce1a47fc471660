"""The server's end of a SPARQL worker: start a process, give it a task, wait for the reply, kill it.

The processes are plain `subprocess` children, each with pipes of its own. Pools that exist (pebble,
concurrent.futures) import the server's main module again in every worker, share one lock and one pipe between all of
them, so that the death of an idle worker breaks the pool, and let a worker that is busy in native code live 3 s longer.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from graph import sparql_worker
from graph.sparql_worker import Reply, Settings, Task
from ontology.errors import QueryFailed, QueryTimeout, QueryTooLarge

LOOK_AGAIN_S = 0.1  # how often a waiting thread looks whether the one who asked has gone


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the one who asked waits: until `deadline` (seconds, `time.monotonic`), or until `gone` is true."""

    deadline: float
    gone: Callable[[], bool]

    @property
    def left_s(self) -> float:
        """Seconds until the deadline, 0 behind it."""
        return max(self.deadline - time.monotonic(), 0.0)

    def pause_s(self) -> float:
        """Return for how many seconds to wait now. Raises QueryTimeout, or QueryFailed if nobody waits any longer."""
        if not self.left_s:
            raise timeout()
        if self.gone():
            raise QueryFailed("Frågan avbröts, eftersom ingen längre väntar på svaret.")
        return min(self.left_s, LOOK_AGAIN_S)


class WorkerProcess:
    """A worker process and the two pipes to it. One thread at a time uses it. Raises OSError if none can be started."""

    __slots__ = ("_process", "_ready", "_received")

    def __init__(self, settings: Settings) -> None:
        self._ready = False
        self._received = b""
        # -P: the folder of the script is no place to import from. A session of its own: Ctrl-C is for the server.
        self._process = subprocess.Popen(
            [sys.executable, "-P", sparql_worker.__file__, json.dumps(asdict(settings))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process, whatever it does; more than once does no harm."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def wait_until_ready(self, patience: Patience) -> None:
        """Wait for the first reply of a process that was just started. Raises QueryFailed if it has no store."""
        if not self._ready:
            reply = self.receive(patience)
            if reply.outcome != "ready":
                self.kill()
                raise QueryFailed(reply.detail)
            self._ready = True

    def send(self, task: Task, seconds: float) -> None:
        """Write a task and the time that it has; a worker that is ready reads it at once, so this does not block."""
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101
        data = memoryview(json.dumps({"task": asdict(task), "seconds": seconds}).encode() + b"\n")
        while data:
            data = data[stdin.write(data) :]

    def receive(self, patience: Patience) -> Reply:
        """Wait for a reply. Raises QueryTimeout, QueryTooLarge or QueryFailed; the process should be killed then."""
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101
        poll = select.poll()
        poll.register(stdout, select.POLLIN)
        while b"\n" not in self._received:
            if poll.poll(patience.pause_s() * 1000):
                data = os.read(stdout.fileno(), 65_536)
                if not data:
                    raise self._obituary()
                self._received += data
        line, self._received = self._received.split(b"\n", 1)
        return Reply(**json.loads(line))

    def _obituary(self) -> QueryFailed:
        """Tell why the process ended by itself, from its exit status."""
        status = self._process.wait()
        if status == -signal.SIGALRM:
            return timeout()
        # Rust aborts when memory is refused; a stack that overflows (deep nesting) is a SEGV; the kernel may KILL, too.
        if status in {-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGKILL}:
            return too_large("memory")
        return QueryFailed("Frågan avbröts av ett internt fel. Försök igen, eller skriv om den.")


def timeout() -> QueryTimeout:
    """Say that the time is up."""
    return QueryTimeout(
        "Frågan hann inte besvaras inom sin tid och avbröts. "
        "Begränsa den med LIMIT eller fler villkor, eller försök igen om en stund."
    )


def too_large(what: str) -> QueryTooLarge:
    """Say that the "output" or the "memory" is above the limit."""
    problem = "Svaret är större än tillåtet" if what == "output" else "Frågan behöver mer minne än tillåtet"
    return QueryTooLarge(f"{problem}. Begränsa den med LIMIT eller fler villkor, eller hämta hela grafen som fil.")
