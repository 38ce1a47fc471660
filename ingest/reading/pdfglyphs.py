"""PDF → what stands on each page and where: stretches of text in one style, ruled lines, and the number of images.

PDFium (the reader of Chrome) interprets the file; what the text is, `ingest.reading.pdflayout` judges.
Coordinates are points from the top left corner of the page as it is read, so that y grows downwards.
"""

import ctypes
import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from ontology.errors import DocumentRefused

MAX_PAGES = 2_000
MAX_CHARACTERS = 5_000_000
"""Of a document: some 1,700 full pages."""
MAX_PAGE_CHARACTERS = 200_000
MAX_PAGE_OBJECTS = 50_000
SPACED_GAP = 1.2
"""How far apart, in ems, two words of one line may stand that have a space between them, as in a justified line."""
BARE_GAP = 0.6
"""How far apart without one; columns and cells stand farther apart."""
_CELL_GAP = 0.2
"""How far apart, in ems, at least, what stands on both sides of a rule."""
_BELOW_LINE, _ABOVE_LINE = 0.22, 0.78
"""How far, in ems, letters reach below and above the line that they stand on."""
_DOT_POINTS = (1.5, 8.0)
"""How large a drawn bullet is."""
_RULE_POINTS = 3.0
"""A rule is thinner than this."""
_BOLD = re.compile("bold|black|heavy|semibold|demi", re.IGNORECASE)
_BOLD_WEIGHT = 600
_GENERATED_SPACE = "\u2003"
"""Stands for a space that is not in the file: PDFium adds it where words stand apart."""
_LINE_BREAKS = frozenset("\r\n")
_HYPHENS = {"\x02": "-", "\ufffe": "-", "\u00ad": "-"}
"""PDFium marks a hyphen at the end of a line with one of the first two; the third is drawn as one."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of text in one style on one line; it ends with a space when one follows."""

    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruled line, level or upright."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number from 1, its size in points and what stands on it in the order of the file."""

    number: int
    width: float
    height: float
    fragments: tuple[Fragment, ...]
    rules: tuple[Rule, ...]
    dots: tuple[Rule, ...]
    """Small round or square marks, as bullets are drawn."""
    images: int

    def uprights(self) -> list[Rule]:
        """The upright rules from the left."""
        return _uprights(self.rules)


@dataclass(frozen=True, slots=True)
class _Style:
    """How a text object is drawn: height of an em, weight, and the direction of its lines."""

    size: float
    bold: bool
    direction: tuple[float, float]


_UPRIGHT = (1.0, 0.0)


class _Glyph(NamedTuple):
    """One letter and its place; a plain tuple, since a page has thousands."""

    character: str
    x0: float
    y0: float
    x1: float
    y1: float
    style: _Style


def read_pages(content: bytes) -> tuple[str, list[Page]]:
    """The title in the metadata and the pages. Raises DocumentRefused when there is no PDF to read."""
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise DocumentRefused(_reason(getattr(error, "err_code", None))) from error
    try:
        if len(document) > MAX_PAGES:
            raise DocumentRefused(f"PDF-filen har {len(document)} sidor; högst {MAX_PAGES} tas emot. Dela den.")
        title = document.get_metadata_value("Title")
        return title, list(_pages(document))
    finally:
        document.close()


def _reason(code: int | None) -> str:
    if code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
        return "PDF-filen är krypterad eller skyddad med lösenord. Ta bort skyddet och försök igen."
    return "PDF-filen är skadad och går inte att tolka. Hämta den på nytt, eller spara texten i ett annat format."


def _pages(document: Any) -> Iterator[Page]:
    characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pdfium.PdfiumError:
            continue  # a page that is damaged; the others are not
        try:
            found = _page(page, number + 1)
        except pdfium.PdfiumError:
            continue
        finally:
            page.close()
        characters += sum(len(fragment.text) for fragment in found.fragments)
        if characters > MAX_CHARACTERS:
            raise DocumentRefused(f"PDF-filen har mer än {MAX_CHARACTERS} tecken. Dela den.")
        yield found


def _page(page: Any, number: int) -> Page:
    left, bottom, right, top = page.get_bbox()
    glyphs = list(_glyphs(page))
    amounts = Counter(glyph.style.direction for glyph in glyphs)
    direction = max(amounts, key=amounts.__getitem__, default=_UPRIGHT)
    xs, ys = zip(*(_turned(x, y, direction) for x in (left, right) for y in (bottom, top)), strict=True)
    origin = (min(xs), max(ys))
    rules, dots, images = _drawn(page, direction, origin)
    upright = [_placed(glyph, direction, origin) for glyph in glyphs if glyph.style.direction == direction]
    return Page(
        number=number,
        width=max(xs) - min(xs),
        height=max(ys) - min(ys),
        fragments=tuple(_fragments(upright, _uprights(rules))),
        rules=tuple(rules),
        dots=tuple(dots),
        images=images,
    )


def _turned(x: float, y: float, direction: tuple[float, float]) -> tuple[float, float]:
    across, up = direction
    return x * across + y * up, y * across - x * up


def _placed(glyph: _Glyph, direction: tuple[float, float], origin: tuple[float, float]) -> _Glyph:
    if direction == _UPRIGHT:
        x, y = origin
        return _Glyph(glyph.character, glyph.x0 - x, y - glyph.y1, glyph.x1 - x, y - glyph.y0, glyph.style)
    (x0, y0), (x1, y1) = _turned(glyph.x0, glyph.y0, direction), _turned(glyph.x1, glyph.y1, direction)
    return _Glyph(
        glyph.character,
        min(x0, x1) - origin[0],
        origin[1] - max(y0, y1),
        max(x0, x1) - origin[0],
        origin[1] - min(y0, y1),
        glyph.style,
    )


def _glyphs(page: Any) -> Iterator[_Glyph]:
    text_page = page.get_textpage()
    try:
        handle = text_page.raw
        box = raw.FS_RECTF()
        x, y = ctypes.c_double(), ctypes.c_double()
        styles: dict[int, _Style] = {}
        style = _Style(0.0, False, _UPRIGHT)
        amount = raw.FPDFText_CountChars(handle)
        if amount > MAX_PAGE_CHARACTERS:
            raise DocumentRefused(f"En sida i PDF-filen har mer än {MAX_PAGE_CHARACTERS} tecken. Spara om filen.")
        for index in range(amount):
            code = raw.FPDFText_GetUnicode(handle, index)
            if not code or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
                continue
            owner = raw.FPDFText_GetTextObject(handle, index)
            if owner:
                key = ctypes.addressof(owner.contents)
                if key not in styles:
                    styles[key] = _style(handle, index)
                style = styles[key]
            raw.FPDFText_GetLooseCharBox(handle, index, box)
            low, high = box.bottom, box.top
            if style.direction == _UPRIGHT:  # fonts differ in how high a box they claim, not in where the line is
                raw.FPDFText_GetCharOrigin(handle, index, x, y)
                low, high = y.value - _BELOW_LINE * style.size, y.value + _ABOVE_LINE * style.size
            character = chr(code)
            if character == " " and raw.FPDFText_IsGenerated(handle, index):
                character = _GENERATED_SPACE
            yield _Glyph(_HYPHENS.get(character, character), box.left, low, box.right, high, style)
    finally:
        text_page.close()


def _style(handle: Any, index: int) -> _Style:
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(handle, index, matrix)
    scale = math.hypot(matrix.c, matrix.d) or 1.0
    length = math.hypot(matrix.a, matrix.b) or 1.0
    name = ctypes.create_string_buffer(256)
    flags = ctypes.c_int()
    raw.FPDFText_GetFontInfo(handle, index, name, len(name), flags)
    bold = raw.FPDFText_GetFontWeight(handle, index) >= _BOLD_WEIGHT or bool(_BOLD.search(name.value.decode("latin-1")))
    # To a quarter of a degree, so that rounding in the file does not make directions of their own.
    direction = (round(matrix.a / length, 2) + 0.0, round(matrix.b / length, 2) + 0.0)
    size = raw.FPDFText_GetFontSize(handle, index) * scale
    return _Style(round(size, 1), bold, direction)


def _uprights(rules: Iterable[Rule]) -> list[Rule]:
    return sorted((rule for rule in rules if rule.x1 - rule.x0 < _RULE_POINTS), key=lambda rule: rule.x0)


def is_ruled_off(left: float, right: float, middle: float, uprights: Sequence[Rule]) -> bool:
    """Whether an upright rule stands at this height between what ends at `left` and what begins at `right`."""
    first = bisect_left(uprights, left - 1, key=lambda rule: rule.x0)
    last = bisect_right(uprights, right + 1, key=lambda rule: rule.x0)
    return any(rule.top < middle < rule.bottom for rule in uprights[first:last])


def _fragments(glyphs: list[_Glyph], uprights: Sequence[Rule]) -> Iterator[Fragment]:
    held: list[_Glyph] = []
    space: _Glyph | None = None
    for glyph in glyphs:
        if glyph.character in _LINE_BREAKS:
            yield from _joined(held)
            held, space = [], None
        elif glyph.character.isspace():
            space = glyph if held and (space is None or space.character != " ") else space
        else:
            gap = SPACED_GAP if space and space.character == " " else BARE_GAP
            if held and (_apart(held[-1], glyph, gap) or _is_beyond_rule(held[-1], glyph, uprights)):
                if space and space.character == " ":
                    held.append(space)
                yield from _joined(held)
                held, space = [], None
            if space and held:
                held.append(_Glyph(" ", held[-1].x1, glyph.y0, glyph.x0, glyph.y1, held[-1].style))
            held.append(glyph)
            space = None
    yield from _joined(held)


def _apart(last: _Glyph, glyph: _Glyph, gap: float) -> bool:
    """Whether a glyph begins a stretch of its own: another style, another line, or a gap as between columns."""
    size = max(last.style.size, glyph.style.size, 1.0)
    return (
        last.style is not glyph.style
        and (last.style.bold != glyph.style.bold or abs(last.style.size - glyph.style.size) > 0.3)
    ) or (abs(glyph.y1 - last.y1) > 0.3 * size or glyph.x0 - last.x1 > gap * size or glyph.x0 < last.x0 - 0.5 * size)


def _is_beyond_rule(last: _Glyph, glyph: _Glyph, uprights: Sequence[Rule]) -> bool:
    if glyph.x0 - last.x1 < _CELL_GAP * glyph.style.size:
        return False
    return is_ruled_off(last.x1, glyph.x0, (glyph.y0 + glyph.y1) / 2, uprights)


def _joined(glyphs: list[_Glyph]) -> Iterator[Fragment]:
    text = "".join(glyph.character for glyph in glyphs)
    if text.strip():
        yield Fragment(
            x0=min(glyph.x0 for glyph in glyphs),
            top=min(glyph.y0 for glyph in glyphs),
            x1=max(glyph.x1 for glyph in glyphs if glyph.character != " "),
            bottom=max(glyph.y1 for glyph in glyphs),
            size=glyphs[0].style.size,
            bold=glyphs[0].style.bold,
            text=text,
        )


def _drawn(
    page: Any, direction: tuple[float, float], origin: tuple[float, float]
) -> tuple[list[Rule], list[Rule], int]:
    """The ruled lines, the bullets and the number of images among the first objects of a page."""
    rules: list[Rule] = []
    dots: list[Rule] = []
    images = 0

    def placed(one: _Point, other: _Point) -> Rule:
        (a, b), (c, d) = _turned(*one, direction), _turned(*other, direction)
        return Rule(min(a, c) - origin[0], origin[1] - max(b, d), max(a, c) - origin[0], origin[1] - min(b, d))

    for index in range(min(raw.FPDFPage_CountObjects(page.raw), MAX_PAGE_OBJECTS)):
        drawn = raw.FPDFPage_GetObject(page.raw, index)
        kind = raw.FPDFPageObj_GetType(drawn)
        images += kind == raw.FPDF_PAGEOBJ_IMAGE
        if kind == raw.FPDF_PAGEOBJ_PATH:
            rules += (placed(one, other) for one, other in _strokes(drawn))
            dots += (placed(one, other) for one, other in _dot(drawn))
    return rules, dots, images


_Point = tuple[float, float]


def _strokes(path: Any) -> Iterator[tuple[_Point, _Point]]:
    """The straight level and upright strokes of a path; a thin rectangle gives its long sides."""
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(path, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    pen: _Point = (0.0, 0.0)
    start = pen
    for index in range(min(raw.FPDFPath_CountSegments(path), MAX_PAGE_OBJECTS)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO and _is_rule(pen, point):
            yield pen, point
        pen = point
        if raw.FPDFPathSegment_GetClose(segment) and _is_rule(pen, start):
            yield pen, start


def _dot(path: Any) -> Iterator[tuple[_Point, _Point]]:
    """The corners of a path that is as small as a bullet and as wide as it is high."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(path, left, bottom, right, top)
    width, height = right.value - left.value, top.value - bottom.value
    if _DOT_POINTS[0] < width < _DOT_POINTS[1] and abs(width - height) < 0.2 * width:
        yield (left.value, bottom.value), (right.value, top.value)


def _is_rule(one: _Point, other: _Point) -> bool:
    across, up = abs(one[0] - other[0]), abs(one[1] - other[1])
    return min(across, up) < _RULE_POINTS < max(across, up)
