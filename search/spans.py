"""Spans of a long array → the positions within them: how rows that own several others are read at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def positions(first: NDArray[Any], after: NDArray[Any]) -> NDArray[np.intp]:
    """All positions from each first one to before the one after, span by span.

    >>> positions(np.array([4, 0, 7]), np.array([6, 0, 8])).tolist()
    [4, 5, 7]
    """
    lengths = after - first
    before = np.cumsum(lengths) - lengths
    return np.asarray(np.arange(lengths.sum()) + np.repeat(first - before, lengths), np.intp)
