"""Accept header → the media type to answer in (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_RANGE = re.compile(r"(\*/\*|[!#$%&'*+.^_`|~\w-]+/(?:\*|[!#$%&'*+.^_`|~\w-]+))\s*(?:;(.*))?", re.ASCII | re.DOTALL)
_QUALITY = re.compile(r"(?:^|;)\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)", re.ASCII | re.IGNORECASE)
_MEMBER = re.compile(r'(?>(?:[^,"]|"(?>(?:[^"\\]|\\.)*)"?)+)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class MediaRange:
    """A media type that is accepted, perhaps with `*` for its parts, and how much it is wanted (0, not at all, – 1)."""

    pattern: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """Tell how closely the range fits a media type: 3 exactly, 2 by its first half, 1 as anything, 0 not at all."""
        if self.pattern == media_type:
            return 3
        if self.pattern == media_type.partition("/")[0] + "/*":
            return 2
        return int(self.pattern == "*/*")


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """Choose the offered media type that is wanted most, the first one between equals, or None if none is accepted.

    Without a header, or with one that holds no media range, anything is accepted. Parameters other than q are ignored.

    >>> choose("text/html;q=0.5, text/*;q=0.8, */*;q=0.1", ["application/json", "text/html", "text/turtle"])
    'text/turtle'
    """
    ranges = media_ranges(accept or "")
    if not ranges:
        return offered[0] if offered else None
    best = max(offered, key=lambda media_type: _quality(ranges, media_type), default=None)
    return best if best is not None and _quality(ranges, best) > 0 else None


def media_ranges(accept: str) -> list[MediaRange]:
    """Read the members of an Accept header; those that are none are left out, as is one whose q is no number."""
    ranges = []
    for member in _MEMBER.findall(accept):
        match = _RANGE.fullmatch(member.strip())
        if match is None:
            continue
        parameters = match[2] or ""
        quality = _QUALITY.search(parameters)
        if quality is None and re.search(r"(?:^|;)\s*q\s*=", parameters, re.IGNORECASE):
            continue
        ranges.append(MediaRange(match[1].lower(), min(float(quality[1]), 1.0) if quality else 1.0))
    return ranges


def _quality(ranges: Sequence[MediaRange], media_type: str) -> float:
    """Return the q of the range that fits most closely, the highest where several do; 0 where none does."""
    fits = [(found.specificity(media_type), found.quality) for found in ranges if found.specificity(media_type)]
    return max(fits)[1] if fits else 0.0
