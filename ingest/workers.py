"""Tasks → results, each worked out in a process of its own that has limits on time and memory.

A task that hangs, asks for too much memory or kills its worker gives a `Failure` and stops nothing else. The worker is
then replaced. pebble did this before: it takes up to six seconds to kill a worker that ignores SIGTERM, as native code
does, its workers share one lock, and results come in the order of the tasks, so that one that hangs holds up all. Here
every worker has a pipe of its own, one task in hand, and dies by SIGKILL with whatever it has started.
"""

import multiprocessing
import os
import resource
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from ontology.errors import ModelUnavailable, VipgrafError

Task = TypeVar("Task")
Result = TypeVar("Result")
Open = Callable[[], Callable[[Task], Result]]
"""Loads what the work needs and gives the function that does it; it is sent to each worker, so it can be pickled."""

_OPENING_S = 600.0
_TICK_S = 0.2
"""How long a request to stop may wait."""
_EXHAUSTED = 77
"""Exit status of a worker that met its limit on memory: its heap is in pieces, so it does not go on."""
_PROCESSOR_SLACK_S = 60.0
_LAST_WORDS_S = 2.0
"""How long a worker that has closed its pipe may take to end with a status of its own."""
_CRASHES: Final = frozenset((signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE))
"""Signals that a process brings on itself; all others come from elsewhere."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take; memory is counted above what its worker holds once it has loaded its tools."""

    timeout_s: float = 300.0
    memory_bytes: int = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task has no result (Swedish); a lasting one would come again."""

    reason: str
    lasting: bool


@dataclass(frozen=True, slots=True)
class _Ready:
    """A worker has loaded its tools."""


@dataclass(frozen=True, slots=True)
class _Done:
    """A worker has done its task."""

    result: Any


@dataclass(slots=True)
class _Worker(Generic[Task]):
    """A process, the pipe to it, and the task that it has in hand."""

    process: BaseProcess
    pipe: Connection
    task: Task
    deadline: float
    is_open: bool = False
    is_busy: bool = True

    def give(self, task: Task, timeout_s: float) -> None:
        self.task, self.deadline, self.is_busy = task, time.monotonic() + timeout_s, True
        with suppress(BrokenPipeError):  # it has died: reading from the pipe tells so
            self.pipe.send(task)

    def end(self, patience_s: float = 0.0) -> int:
        """Kill it and what it has started, if it does not end by itself; its exit status."""
        if not self.pipe.closed:
            wait([self.process.sentinel], timeout=patience_s)  # this does not reap it, so its number is still its own
            if self.process.pid is not None:
                with suppress(ProcessLookupError):  # it is not yet the head of its group, or nobody is left in it
                    os.killpg(self.process.pid, signal.SIGKILL)
            self.process.kill()
            self.process.join()
            self.pipe.close()
        return self.process.exitcode or 0


def work_all(
    tasks: Iterable[Task],
    open_work: Open[Task, Result],
    *,
    workers: int,
    limits: Limits,
    stopped: Callable[[], bool],
) -> Generator[tuple[Task, Result | Failure], None, None]:
    """Yield each task with what became of it, as soon as it is known, not in order.

    Tasks are taken from the iterable as they are needed, one ahead for each worker, so any number of them may come. No
    worker is started before there is a task. When `stopped()` turns true, what is in hand is dropped. Raises what
    `open_work` raises of ours, and ModelUnavailable when a worker dies before its tools are loaded.
    """
    staff: list[_Worker[Task]] = []
    waiting = iter(tasks)
    ahead: deque[Task] = deque()
    try:
        while not stopped():
            ahead.extend(islice(waiting, workers - len(ahead)))
            _employ(staff, ahead, open_work, workers, limits)
            if not any(worker.is_busy for worker in staff):
                return
            for worker in _due(staff):
                task, told = worker.task, _hear(worker, limits)
                if isinstance(told, Failure):
                    staff.remove(worker)
                    yield task, told
                elif told is not None:
                    worker.is_busy = False
                    _employ(staff, ahead, open_work, workers, limits)  # it works on while the result is put to use
                    yield task, told.result
    finally:
        for worker in staff:
            worker.end()


def _employ(
    staff: list[_Worker[Task]], ahead: deque[Task], open_work: Open[Task, Result], workers: int, limits: Limits
) -> None:
    """Give what is ahead to those that are free, and to new workers while there are fewer than wanted."""
    for worker in staff:
        if ahead and not worker.is_busy:
            worker.give(ahead.popleft(), limits.timeout_s)
    while ahead and len(staff) < workers:
        staff.append(_hire(ahead.popleft(), open_work, limits))


def _hire(task: Task, open_work: Open[Task, Result], limits: Limits) -> _Worker[Task]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, open_work, limits), daemon=True)
    process.start()
    theirs.close()
    worker = _Worker(process, ours, task, 0.0)
    worker.give(task, _OPENING_S)
    return worker


def _due(staff: list[_Worker[Task]]) -> list[_Worker[Task]]:
    """The workers that have something to say, have died or are out of time; waits a moment for the first."""
    busy = [worker for worker in staff if worker.is_busy]
    patience = min(worker.deadline for worker in busy) - time.monotonic()
    heard = wait([worker.pipe for worker in busy], timeout=max(0.0, min(patience, _TICK_S)))
    now = time.monotonic()
    return [worker for worker in busy if worker.pipe in heard or worker.deadline <= now]


def _hear(worker: _Worker[Task], limits: Limits) -> _Done | Failure | None:
    """What became of the task in hand; None when there is nothing to tell yet, a failure when the worker is lost."""
    if not worker.pipe.poll():
        worker.end()
        if not worker.is_open:
            raise ModelUnavailable(f"Läsprocessen blev inte färdig att läsa på {_OPENING_S:.0f} s. Försök igen.")
        return _out_of_time(limits)
    try:
        message = worker.pipe.recv()
    except (EOFError, OSError):
        status = worker.end(_LAST_WORDS_S)
        if not worker.is_open:
            raise ModelUnavailable(
                f"Läsprocessen dog (kod {status}) innan språkverktygen var inlästa. Kontrollera ledigt minne."
            ) from None
        return _cause_of_death(status, limits)
    if isinstance(message, VipgrafError):
        raise message
    if isinstance(message, _Ready):
        worker.is_open, worker.deadline = True, time.monotonic() + limits.timeout_s
        return None
    return _Done(message)


def _out_of_time(limits: Limits) -> Failure:
    return Failure(f"Läsningen tog mer än {limits.timeout_s:g} s och avbröts. Dela dokumentet.", lasting=True)


def _cause_of_death(status: int, limits: Limits) -> Failure:
    if status == _EXHAUSTED:
        reason = f"Läsningen krävde mer än {limits.memory_bytes / 1e6:.0f} MB minne och avbröts. Dela dokumentet."
        return Failure(reason, lasting=True)
    if status == -signal.SIGXCPU:
        return _out_of_time(limits)
    if status < 0 and -status not in _CRASHES:
        # The kernel does this when the machine is out of memory, which may be the fault of others.
        reason = "Läsningen avbröts utifrån, troligen för att datorns minne tog slut. Försök igen med färre --jobs."
        return Failure(reason, lasting=False)
    kind = f"signal {-status}" if status < 0 else f"kod {status}"
    return Failure(f"Läsningen kraschade ({kind}). Spara om dokumentet, eller i ett annat format.", lasting=True)


def _serve(pipe: Connection, open_work: Open[Task, Result], limits: Limits) -> None:
    """The life of a worker: load the tools, then work until the pipe is closed."""
    for number in (signal.SIGINT, signal.SIGTERM):  # sent to all by a terminal or a supervisor; the run decides
        signal.signal(number, signal.SIG_IGN)
    os.setpgid(0, 0)  # so that what it starts can be killed with it
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, OSError):  # whoever gave the work has gone
        try:
            work = open_work()
        except VipgrafError as error:
            pipe.send(error)
            return
        _limit(resource.RLIMIT_AS, _held_bytes() + limits.memory_bytes)
        pipe.send(_Ready())
        while True:
            task = pipe.recv()
            # Should nobody be left to kill it, the kernel does.
            _limit(resource.RLIMIT_CPU, int(time.process_time() + limits.timeout_s + _PROCESSOR_SLACK_S))
            try:
                result = work(task)
            except MemoryError:
                os._exit(_EXHAUSTED)
            pipe.send(result)


def _limit(which: int, value: int) -> None:
    """Set a soft limit only: what this process starts may choose its own."""
    hard = resource.getrlimit(which)[1]
    resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _held_bytes() -> int:
    """The address space of this process."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
