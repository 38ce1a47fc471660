"""PDF → blocks, by PDFium in a process of its own (`ingest.reading.pdfworker`), so that no file can harm this one."""

import json
import signal
import subprocess
import sys

from ingest.reading.assembly import RawBlock, RawDocument
from ontology.errors import DocumentRefused

_LAST_WORDS = 2_000
TIMEOUT_S = 150.0
"""More than the processor time that the worker may take, so that a busy machine refuses nothing."""


def read(content: bytes) -> RawDocument:
    """Read a PDF. Raises DocumentRefused when it is damaged, encrypted, scanned or too large, or takes too much,
    RuntimeError when the worker fails in its own code.
    """
    command = [sys.executable, "-P", "-m", "ingest.reading.pdfworker"]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise DocumentRefused(_too_much("tid")) from error
    if done.returncode > 0:
        raise RuntimeError(done.stderr.decode(errors="replace")[-_LAST_WORDS:])
    if done.returncode:
        raise DocumentRefused(_too_much("tid" if done.returncode == -signal.SIGXCPU else "minne"))
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise DocumentRefused(answer["refused"])
    document = answer["document"]
    return RawDocument(
        blocks=[RawBlock(**block) for block in document["blocks"]],
        title=document["title"],
        language=document["language"],
        notes=tuple(document["notes"]),
    )


def _too_much(what: str) -> str:
    return f"PDF-filen är skadad eller kräver mer {what} än som tillåts. Spara om den, eller dela den i mindre delar."
