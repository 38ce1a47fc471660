"""One SPARQL worker: a process of its own that opens a store read-only and answers one query at a time.

`graph.sparql_process` starts it as a script, so that it imports pyoxigraph and the standard library and nothing else,
and talks to it in lines of JSON: `Settings` as the first argument, a `Task` and the seconds left per line on stdin, a
`Reply` per line on stdout, the first of which says that the store is open. The answer to a query is written to the file
that the task names.

A query may loop for ever, ask for all memory or be written by an enemy. So the process

* can open no socket (seccomp, or a network namespace of its own): a second wall behind the check for SERVICE;
* has a limit on memory and on the size of the file it writes, and no core dumps;
* is nice to the server that it works for;
* dies by the kernel's hand, whatever Oxigraph is busy with, when its deadline has passed (SIGALRM) or when the server
  has gone (SIGIO on the closed pipe; PR_SET_PDEATHSIG would not do, since it fires when the *thread* that started the
  process ends, and threads of a pool do).
"""

import ctypes
import errno
import fcntl
import json
import os
import platform
import resource
import select
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import pyoxigraph

NICENESS = 10
GRACE_S = 1.0  # how long after the deadline the kernel steps in, should the server not have killed the worker
MAX_DETAIL = 1000  # characters; a reply stays below PIPE_BUF and so arrives whole

NO_FORM = "error at 1:1: expected SELECT, ASK, CONSTRUCT or DESCRIBE"

Outcome = Literal["ready", "done", "malformed", "iri", "too_large", "failed"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What every task of a worker has in common."""

    store: str
    memory_bytes: int
    output_bytes: int
    prefixes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Task:
    """One query; `dataset` is "union" (all named graphs), "query" (its FROM clauses) or "protocol" (the two lists)."""

    query: str
    dataset: Literal["union", "query", "protocol"]
    default_graphs: list[str]
    named_graphs: list[str]
    base_iri: str | None
    media_type: str
    output: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a task (or of the start); `detail` is the engine's text or, for "iri", the offending value."""

    outcome: Outcome
    detail: str = ""


def main() -> None:
    """Answer tasks until stdin is closed."""
    settings = Settings(**json.loads(sys.argv[1]))
    leave_network()
    os.nice(NICENESS)
    try:
        store = pyoxigraph.Store.read_only(settings.store)
    except (OSError, ValueError) as error:
        _say(Reply("failed", str(error)))
        return
    _limit(settings)
    _say(Reply("ready"))
    while line := sys.stdin.buffer.readline():
        message = json.loads(line)
        task = Task(**message["task"])
        _arm(message["seconds"] + GRACE_S)
        reply = answer(store, settings.prefixes, task)
        _disarm()  # before the reply: the next task may follow at once, and its arrival must not raise SIGIO
        _say(reply)


def answer(store: pyoxigraph.Store, prefixes: dict[str, str], task: Task) -> Reply:
    """Run one query and write its answer to `task.output`."""
    try:
        if task.base_iri is not None:
            _graph(task.base_iri)
        default_graphs = [_graph(iri) for iri in task.default_graphs]
        named_graphs = [_graph(iri) for iri in task.named_graphs]
    except ValueError as error:
        return Reply("iri", str(error)[:MAX_DETAIL])
    by_protocol = task.dataset == "protocol"
    output = Path(task.output)
    try:
        results = store.query(
            task.query,
            base_iri=task.base_iri,
            prefixes=prefixes,
            use_default_graph_as_union=task.dataset == "union",
            default_graph=list(default_graphs) if by_protocol else None,
            named_graphs=list(named_graphs) if by_protocol else None,
        )
        _write(results, output, task.media_type)
    except SyntaxError as error:
        return Reply("malformed", str(error)[:MAX_DETAIL])
    except MemoryError:
        return Reply("too_large", "memory")
    except OSError as error:
        # Oxigraph's OSError carries no errno, so EFBIG is told by the file having reached the limit.
        full = output.exists() and output.stat().st_size >= resource.getrlimit(resource.RLIMIT_FSIZE)[0] >= 0
        return Reply("too_large", "output") if full else Reply("failed", type(error).__name__)
    except (RuntimeError, ValueError) as error:
        return Reply("failed", type(error).__name__)
    return Reply("done")


def _graph(iri: str) -> pyoxigraph.NamedNode:
    try:
        return pyoxigraph.NamedNode(iri)
    except ValueError as error:
        raise ValueError(iri) from error


def _write(
    results: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples,
    output: Path,
    media_type: str,
) -> None:
    if isinstance(results, pyoxigraph.QueryTriples):
        graph_format = pyoxigraph.RdfFormat.from_media_type(media_type)
        if graph_format is None:
            raise SyntaxError(NO_FORM)
        results.serialize(output, graph_format)
    else:
        results_format = pyoxigraph.QueryResultsFormat.from_media_type(media_type)
        if results_format is None:
            raise SyntaxError(NO_FORM)
        results.serialize(output, results_format)


def _say(reply: Reply) -> None:
    os.write(1, json.dumps(asdict(reply)).encode() + b"\n")


def _limit(settings: Settings) -> None:
    """Set the limits, counted from what the open store takes already."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (settings.output_bytes, settings.output_bytes))
    ceiling = _address_space() + settings.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


def _address_space() -> int:
    """Bytes of address space in use now; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _arm(seconds: float) -> None:
    """Let the kernel end this process in `seconds`, or as soon as the server closes its end of the pipe."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    poll = select.poll()
    poll.register(0, 0)
    if poll.poll(0):  # hung up before O_ASYNC was set, so that no signal will come
        sys.exit()


def _disarm() -> None:
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) & ~os.O_ASYNC)
    signal.setitimer(signal.ITIMER_REAL, 0)


def leave_network() -> bool:
    """Cut this process and its later threads off the network as far as the kernel permits; say whether it did."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return forbid_sockets(libc.prctl) or unshare_network(libc.unshare)


def forbid_sockets(prctl: Callable[..., int]) -> bool:
    """Let socket(2) fail with EACCES, by a seccomp filter; needs no privilege, and works in most containers.

    Source: https://docs.kernel.org/userspace-api/seccomp_filter.html
    """
    set_no_new_privs, set_seccomp, mode_filter = 38, 22, 2
    audit_arch, socket_number = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}.get(
        platform.machine(), (0, 0)
    )
    if not audit_arch:
        return False
    load_word, jump_if_equal, ret, allow, refuse = 0x20, 0x15, 0x06, 0x7FFF0000, 0x00050000 | errno.EACCES
    instructions = [
        (load_word, 0, 0, 4),  # seccomp_data.arch
        (jump_if_equal, 0, 2, audit_arch),
        (load_word, 0, 0, 0),  # seccomp_data.nr
        (jump_if_equal, 1, 0, socket_number),
        (ret, 0, 0, allow),
        (ret, 0, 0, refuse),
    ]
    program = (_Instruction * len(instructions))(*(_Instruction(*fields) for fields in instructions))
    head = _Program(len(instructions), program)
    return prctl(set_no_new_privs, 1, 0, 0, 0) == 0 and prctl(set_seccomp, mode_filter, ctypes.byref(head), 0, 0) == 0


def unshare_network(unshare: Callable[[int], int]) -> bool:
    """Move into a network namespace without interfaces; needs privilege, or leave to make user namespaces."""
    new_user, new_net = 0x10000000, 0x40000000
    return unshare(new_net) == 0 or unshare(new_user | new_net) == 0


class _Instruction(ctypes.Structure):
    """struct sock_filter."""

    _fields_ = (("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_uint16), ("filter", ctypes.POINTER(_Instruction)))


if __name__ == "__main__":
    main()
