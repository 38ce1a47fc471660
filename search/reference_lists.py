"""Passages that only list what a document rests on, which is seldom what somebody asks for.

"Källor" names the subject in every line and so looks like an answer to every question on it. Such a list goes down,
unless the question asks for sources.
"""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

_HEADINGS: Final = frozenset(
    ["källor", "källa", "källförteckning", "referenser", "referenslista", "litteratur", "litteraturlista", "läs mer"]
)
_ASKED_FOR: Final = re.compile(r"käll|referens|litteratur|underlag|rapport|riktlinje|läs(?:a)? mer|publikation|hänvis")


def is_list(headings: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
    """Which passages stand under a heading for references, (n,), given the headings above each.

    >>> is_list([["Adhd", "Källor"], ["Källor till oro"], []]).tolist()
    [True, False, False]
    """
    return np.array([bool(path) and path[-1].strip(" :").casefold() in _HEADINGS for path in headings], np.bool_)


def asks_for_list(question: str) -> bool:
    """Whether a question asks what something rests on.

    >>> asks_for_list("Vilka källor har sidan om adhd?"), asks_for_list("behandling vid adhd")
    (True, False)
    """
    return bool(_ASKED_FOR.search(question.casefold()))
