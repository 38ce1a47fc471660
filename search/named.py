"""A thing that words of a question name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """Something that words `start` to `end` (half open) name: any of `iris`, where a name is used of several.

    A number names itself, and so does a duration ("mer än ett år"): it is the only one of `iris`, and "number" or
    "duration" its only type; "amount" where a word says how many ("de fem arbetsgrupperna").
    """

    iris: tuple[str, ...]
    types: frozenset[str]
    """Kinds and classes, and how it is named: "code", "abbreviation" or "name"."""
    start: int
    end: int
    short: bool = False
    """Whether it is named without the word for its kind."""
    compound: bool = False
    """Whether it is named by the first part of a compound ("ätstörningsriktlinjer"), whose head says something else."""

    described: bool = False
    """Whether it is named by what it is about ("programmet om självskada")."""

    @property
    def places(self) -> frozenset[int]:
        """The indices of its words."""
        return frozenset(range(self.start, self.end))
