"""Ctrl-C and SIGTERM → a flag that a long run looks at, or an end with the exit status that shells expect.

A run that writes ends between two documents, so that what it has done is whole and told. The first signal asks for
that; the second, from somebody who will not wait, ends the process at once, which loses nothing either.
"""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Whether somebody has asked the command to end, and how."""

    def __init__(self) -> None:
        self._number = 0
        self._is_awaited = False

    @property
    def status(self) -> int:
        """Exit status: 130 after Ctrl-C, 143 after SIGTERM."""
        return 128 + self._number

    def has_come(self) -> bool:
        """Whether a signal has come."""
        return self._number != 0

    @contextmanager
    def awaited(self) -> Iterator[None]:
        """While this lasts, somebody looks at `has_come` often, and the first signal is left to them."""
        self._is_awaited = True
        try:
            yield
        finally:
            self._is_awaited = False

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """Take a signal."""
        again, self._number = self.has_come(), number
        if again or not self._is_awaited:
            sys.stderr.write("Avbrutet.\n")
            sys.exit(self.status)


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Take the signals until the end of the block. In the main thread only, as Python has it."""
    interruption = Interruption()
    former = {number: signal.signal(number, interruption.handle) for number in _SIGNALS}
    try:
        yield interruption
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
