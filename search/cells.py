"""Many vectors ↔ cells of neighbours, so that the nearest to a vector are found without reading most of them.

An inverted file (Jégou, Douze, Schmid 2011, https://doi.org/10.1109/TPAMI.2010.57): every vector lies in the cell of
its nearest centre, as one byte a dimension; the cells whose centres are nearest are looked into. The library is faiss
(https://github.com/facebookresearch/faiss).
"""

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ontology.errors import BrokenRelease
from search.types import Vectors

_CELLS = 4
"""Times √m cells for m vectors: many small ones lie closer about a question than few large ones."""
_SHARE = 16
"""One of so many cells is looked into; all of them when no larger share of the vectors is allowed."""
_SAMPLE = 32
"""Vectors a cell from which the centres are learnt; more take time, and find no more."""
_AT_ONCE = 50_000


class Cells:
    """Vectors in cells, read from a file when they are needed. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        try:
            self._index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise BrokenRelease(f"Vektorindexet går inte att öppna: {error}. Kör `vipgraf publish`.") from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(
        self, vector: NDArray[np.float32], number: int, allowed: NDArray[np.bool_] | None = None
    ) -> NDArray[np.int64]:
        """Positions of nearly the nearest of the allowed vectors, (at most number,), the nearest first."""
        library: Any = faiss  # its stubs do not know that parameters have names and a bitmap tells its own length
        few = allowed is not None and _SHARE * np.count_nonzero(allowed) <= len(self)
        wanted = library.SearchParametersIVF(
            nprobe=self._index.nlist if few else -(-self._index.nlist // _SHARE),
            sel=None if allowed is None else library.IDSelectorBitmap(np.packbits(allowed, bitorder="little")),
        )
        _, found = self._index.search(vector[None], number, params=wanted)
        return np.asarray(found[0][found[0] >= 0], np.int64)


def write_cells(path: Path, vectors: Vectors) -> None:
    """Put vectors, (m, d), into cells; equal input gives an equal file."""
    with threadpool_limits(limits=1, user_api="openmp"):  # several threads sum in another order each time
        number = round(_CELLS * len(vectors) ** 0.5)
        cells: Any = faiss.index_factory(vectors.shape[1], f"IVF{number},SQ8", faiss.METRIC_INNER_PRODUCT)
        cells.cp.max_points_per_centroid, cells.cp.min_points_per_centroid = _SAMPLE, 1
        cells.train(vectors)
        for start in range(0, len(vectors), _AT_ONCE):
            cells.add(vectors[start : start + _AT_ONCE])
    faiss.write_index(cells, str(path))
