"""Titles and headings that the format does not state outright: judged by what they say."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.reading.assembly import RawBlock

_MADE_BY_PROGRAM = re.compile(
    r"\.(?:docx?|pdf|indd|pptx?|xlsx?|odt|rtf|tmp|html?)\s*$"
    r"|^\s*(?:microsoft|untitled|namnlös|utan titel|word document|powerpoint)"
    r"|^\s*(?:title|titel|presentation|dokument|document)\s*\d*$",
    re.IGNORECASE,
)
_LONGEST_LABEL = 80


def is_sane_title(title: str) -> bool:
    """Whether a title in the metadata of a file was written by a person for readers.

    >>> is_sane_title("Adhd hos vuxna"), is_sane_title("Microsoft Word - Adhd.docx"), is_sane_title("Dokument1")
    (True, False, False)
    """
    letters = sum(character.isalpha() for character in title)
    return 4 <= len(title.strip()) <= 200 and letters >= 4 and not _MADE_BY_PROGRAM.search(title)


def promote_labels(blocks: Sequence[RawBlock], bold: Sequence[bool]) -> list[RawBlock]:
    """Make headings of paragraphs that are labels: all in bold, short, no sentence, with text after them.

    Their level is one below the last real heading. Where much of the text is bold, bold means nothing.
    """
    letters = sum(len(block.text) for block in blocks)
    if sum(len(block.text) for block, is_bold in zip(blocks, bold, strict=True) if is_bold) > 0.4 * letters:
        return list(blocks)
    found: list[RawBlock] = []
    level = 1
    for number, block in enumerate(blocks):
        if block.kind == "heading":
            level = block.level
        after = number + 1
        followed = after < len(blocks) and blocks[after].kind != "heading" and not bold[after]
        if block.kind == "paragraph" and bold[number] and followed and _is_label(block.text):
            found.append(replace(block, kind="heading", level=min(level + 1, 6)))
        else:
            found.append(block)
    return found


def _is_label(text: str) -> bool:
    words = " ".join(text.split())
    return 1 < len(words) <= _LONGEST_LABEL and words[0].isupper() and words[-1] not in ".,:;!?…"
