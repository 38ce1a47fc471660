"""Modules of the reference → pictures (SVG): classes as boxes, subclasses and properties as arrows.

Laid out by `dot` of Graphviz when somebody calls `make reference`, and kept as files, so that neither server nor test
needs it. A picture carries the digest of the drawing that it was made from; a test draws anew up to that point and
compares. https://graphviz.org/doc/info/lang.html
"""

import hashlib
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from ontology.reference import Module, Reference, Term, alphabetical
from ontology.terms import VIP

_FONT = "Liberation Sans"  # metrics of Arial and Helvetica, so that texts fit their boxes whatever font a reader has
_INK, _SOFT, _LINE, _RIM = "#1b2430", "#4a5768", "#5d6b7a", "#b9c4cf"
_OWN, _OTHER, _PROPERTY = "#dcebf8", "#f6f7f9", "#ffffff"
_COLUMNS = 3
_ROOM = 1.05  # dot takes texts for narrower than browsers draw them
_ANYTHING = ""
"""Stands for whatever resource there is, where a property names no class."""
_STYLE = f"""<style>
text {{ font-family: "{_FONT}", Arial, Helvetica, sans-serif; }}
@media (prefers-color-scheme: dark) {{
  .paper {{ fill: #151b22; }}
  text[fill="{_INK}"] {{ fill: #e7ecf2; }} text[fill="{_SOFT}"] {{ fill: #b0bcc9; }}
  [fill="{_OWN}"] {{ fill: #1f3a55; }} [fill="{_OTHER}"] {{ fill: #222c37; }} [fill="{_PROPERTY}"] {{ fill: #151b22; }}
  [stroke="{_RIM}"] {{ stroke: #4d5b69; }}
  [stroke="{_LINE}"] {{ stroke: #93a3b5; }} polygon[fill="{_LINE}"] {{ fill: #93a3b5; }}
}}
</style>"""


@dataclass(frozen=True, slots=True)
class Theme:
    """What one picture of a module is about. The last theme of a module takes what no other does."""

    name: str
    title: str
    about: frozenset[str] = frozenset()
    """Names of classes; properties from or to them go with them."""
    kinds_of: str = ""
    """Name of a class whose subclasses are shown, without properties."""


THEMES: dict[str, tuple[Theme, ...]] = {
    "organisation": (
        Theme("kinds", "Slag av aktörer", kinds_of="Body"),
        Theme(
            "assignments",
            "Uppdrag, regler, beslut och namn",
            about=frozenset(
                (
                    "Agreement",
                    "Aim",
                    "Competence",
                    "CompositionRule",
                    "Decision",
                    "Funding",
                    "Mandate",
                    "Renaming",
                    "Task",
                )
            ),
        ),
        Theme("relations", "Relationer mellan aktörer"),
    ),
    "care": (
        Theme(
            "programmes",
            "Program, riktlinjer och kriterier",
            about=frozenset(("CareProgramme", "Chapter", "Criterion", "Guideline", "Page", "Requirement")),
        ),
        Theme(
            "scales",
            "Skalor och klassifikationer",
            about=frozenset(("Classification", "ClassificationCode", "EvidenceScale", "PriorityScale", "ScaleLevel")),
        ),
        Theme("recommendations", "Rekommendationer"),
    ),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture before it is laid out."""

    name: str
    title: str
    description: str
    dot: str

    @property
    def digest(self) -> str:
        """SHA-256 over all that decides how it looks."""
        return hashlib.sha256("\0".join((self.title, self.description, self.dot, _STYLE)).encode()).hexdigest()

    def drawn(self) -> str:
        """The SVG that ships. Raises FileNotFoundError before `make reference`."""
        return (_folder() / f"{self.name}.svg").read_text(encoding="utf-8")


def pictures(reference: Reference, module: Module) -> tuple[Picture, ...]:
    """The pictures of a module, at least one."""
    themes = THEMES.get(module.name, (Theme("", ""),))
    return tuple(_picture(reference, module, themes, theme) for theme in themes)


def draw_all(reference: Reference) -> list[Path]:
    """Lay out every picture of every module, and remove those that are no more. Needs `dot` of Graphviz."""
    folder = _folder()
    folder.mkdir(exist_ok=True)
    written = []
    for picture in (picture for module in reference.modules for picture in pictures(reference, module)):
        path = folder / f"{picture.name}.svg"
        path.write_text(draw(picture), encoding="utf-8")
        written.append(path)
    for path in set(folder.glob("*.svg")) - set(written):
        path.unlink()
    return written


def draw(picture: Picture) -> str:
    """Lay out one picture. Needs `dot` of Graphviz."""
    laid_out = subprocess.run(["dot", "-Tsvg"], input=picture.dot.encode(), capture_output=True, check=True)
    svg = laid_out.stdout.decode()
    box = re.search(r'viewBox="0(?:\.00)? 0(?:\.00)? ([\d.]+) ([\d.]+)"', svg)
    if box is None:
        raise ValueError("dot gave no picture")
    width, height = (round(float(size)) + 1 for size in box.groups())
    body = svg[svg.index("<g id=") : svg.rindex("</svg>")]
    body = re.sub(r"<!--.*?-->\n?|<title>.*?</title>\n?", "", body, flags=re.DOTALL)
    body = re.sub(r' font-family="[^"]*"', "", body)
    body = re.sub(r'font-size="([\d.]+)"', lambda match: f'font-size="{float(match[1]) / _ROOM:.0f}"', body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xml:lang="sv" lang="sv" role="img" aria-labelledby="t d" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" data-digest="{picture.digest}">\n'
        f'<title id="t">{escape(picture.title)}</title>\n<desc id="d">{escape(picture.description)}</desc>\n{_STYLE}\n'
        f'<rect class="paper" width="{width}" height="{height}" fill="#ffffff"/>\n{body}</svg>\n'
    )


def digest_of(svg: str) -> str:
    """The digest of the drawing that an SVG was made from."""
    found = re.search(r'data-digest="([0-9a-f]{64})"', svg)
    return found[1] if found else ""


def size_of(svg: str) -> tuple[int, int]:
    """Width and height of an SVG in pixels."""
    found = re.search(r'width="(\d+)" height="(\d+)"', svg)
    if found is None:
        raise ValueError("a picture without a size")
    return int(found[1]), int(found[2])


def _folder() -> Path:
    return Path(str(files("ontology"))) / "pictures"


def _picture(reference: Reference, module: Module, themes: tuple[Theme, ...], theme: Theme) -> Picture:
    classes = [term for term in module.of_kind("class") if _theme_of_class(reference, term, themes) is theme]
    properties = [term for term in module.of_kind("object-property") if _theme_of_property(term, themes) is theme]
    title = f"{module.title('sv')}: {theme.title}" if theme.title else module.title("sv")
    drawing = _Drawing(reference, module)
    if theme.kinds_of:
        drawing.add_kinds(VIP + theme.kinds_of, [term for term in classes if not term.deprecated])
    else:
        drawing.add_properties(term for term in properties if not term.deprecated)
        drawing.add_classes(term for term in classes if not term.deprecated)
    name = f"{module.name}-{theme.name}" if theme.name else module.name
    return Picture(name, title, drawing.description(), drawing.dot())


def _theme_of_class(reference: Reference, term: Term, themes: tuple[Theme, ...]) -> Theme:
    for theme in themes:
        if theme.kinds_of and VIP + theme.kinds_of in _above(reference, term.iri):
            return theme
        if term.name in theme.about:
            return theme
    return themes[-1]


def _theme_of_property(term: Term, themes: tuple[Theme, ...]) -> Theme:
    ends = {end.removeprefix(VIP) for end in _domains(term) + _ranges(term)}
    return next((theme for theme in themes if theme.about & ends), themes[-1])


def _above(reference: Reference, iri: str) -> set[str]:
    """A class and all classes above it."""
    found: set[str] = set()
    waiting = [iri]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += reference.terms[one].broader if one in reference.terms else ()
    return found


def _domains(term: Term) -> tuple[str, ...]:
    return term.domain or term.domain_includes or (_ANYTHING,)


def _ranges(term: Term) -> tuple[str, ...]:
    return term.range or term.range_includes or (_ANYTHING,)


class _Drawing:
    """A drawing in dot's language, in three columns: classes, what leads from them, and where to.

    A class that arrows lead both from and to stands in the first and in the last column, so that no arrow runs
    backwards. Classes that a property leads from, or to, alike stand together, so that few arrows cross. What a class
    of another vocabulary lies above is written in the box, which an arrow would only clutter.
    """

    def __init__(self, reference: Reference, module: Module) -> None:
        self._reference = reference
        self._module = module
        self._columns: tuple[dict[str, str], ...] = ({}, {}, {})
        self._edges: dict[str, None] = {}
        self._led: set[str] = set()
        self._sentences: list[str] = []

    def add_kinds(self, root: str, classes: list[Term]) -> None:
        """A class with those below it; those that have none below them stand together, with one arrow."""
        parents = {parent for term in classes for parent in term.broader}
        below: dict[str, list[Term]] = {}
        for term in classes:
            for parent in self._known(term.broader):
                below.setdefault(parent, []).append(term)
        self._node(2, root, _table([[self._cell(root)]]))
        for parent, terms in below.items():
            leaves = [term for term in terms if term.iri not in parents]
            self._together(0, f"below:{parent}", [term.iri for term in leaves])
            self._edge(f"below:{parent}", f"2:{parent}", "arrowhead=empty")
            self._sentences += (f"{term.label('sv')} är ett slag av {self._label(parent)}" for term in leaves)
            for term in terms:
                if term not in leaves:
                    self._node(2, term.iri, _table([[self._cell(term.iri)]]))
                    self._subclass(f"2:{term.iri}", term.iri, parent)

    def add_properties(self, properties: Iterable[Term]) -> None:
        """Properties; those that lead from and to the same classes share an arrow."""
        ordered = sorted(properties, key=lambda term: (_domains(term), _ranges(term), alphabetical(term.label("sv"))))
        for (domains, ranges), same in groupby(ordered, key=lambda term: (_domains(term), _ranges(term))):
            terms = list(same)
            middle = self._node(1, terms[0].iri, _lines(terms))
            self._edge(self._ends(0, domains, terms[0].iri), middle, "dir=none")
            self._edge(middle, self._ends(2, ranges, terms[0].iri), "arrowhead=vee")
            start, end = (" eller ".join(map(self._label, ends)) for ends in (domains, ranges))
            self._sentences += (f"{start} {term.label('sv')} {end}" for term in terms)

    def add_classes(self, classes: Iterable[Term]) -> None:
        """The classes that no property led from or to, and the arrows between classes."""
        alone = []
        for term in classes:
            parents = self._known(term.broader)
            if parents:
                start = self._node(0, term.iri, _table([[self._cell(term.iri)]]))
                for parent in parents:
                    self._node(2, parent, _table([[self._cell(parent)]]))
                    self._subclass(start, term.iri, parent)
            elif term.iri not in self._led:
                alone.append(term.iri)
            above = [self._label(parent) for parent in term.broader if parent not in parents]
            self._sentences += (f"{term.label('sv')} är ett slag av {parent}" for parent in above)
        if alone:
            self._together(0, "alone", alone)

    def description(self) -> str:
        """The picture in words."""
        return f"{'; '.join(self._sentences)}."

    def dot(self) -> str:
        """The drawing as a whole."""
        head = (
            "digraph {\n"
            'rankdir=LR; nodesep=0.16; ranksep=0.25; pad=0.06; bgcolor="transparent"; outputorder=edgesfirst;\n'
            f'node [shape=plain, fontname="{_FONT}"];\n'
            f'edge [color="{_LINE}", arrowsize=0.8];\n'
        )
        columns = (
            "".join(f'"{number}:{node}" [label=<{label}>];\n' for node, label in nodes.items())
            for number, nodes in enumerate(self._columns)
        )
        return head + "".join(columns) + "".join(self._edges) + "}\n"

    def _known(self, iris: Iterable[str]) -> list[str]:
        return [iri for iri in iris if iri in self._reference.terms]

    def _ends(self, column: int, iris: tuple[str, ...], property_iri: str) -> str:
        """The node of all classes that a property leads from, or to; only nodes with a class of ours are shared."""
        self._led.update(iris)
        shared = column == 0 or self._known(iris)
        label = _table([[self._cell(iris[0])]] if len(iris) == 1 else [[self._row(iri)] for iri in iris], spacing=0)
        return self._node(column, " ".join(iris if shared else (*iris, property_iri)), label)

    def _node(self, column: int, node: str, label: str) -> str:
        self._columns[column].setdefault(node, label)
        return f"{column}:{node}"

    def _together(self, column: int, node: str, iris: list[str]) -> None:
        cells = [self._cell(iri) for iri in iris]
        height = -(-len(cells) // _COLUMNS)
        self._node(column, node, _table([cells[row::height] for row in range(height)]))

    def _subclass(self, start: str, iri: str, parent: str) -> None:
        self._edge(start, f"2:{parent}", "arrowhead=empty, minlen=2")
        self._sentences.append(f"{self._label(iri)} är ett slag av {self._label(parent)}")

    def _edge(self, start: str, end: str, style: str) -> None:
        start = start if start[1] == ":" else f"0:{start}"
        self._edges[f'"{start}" -> "{end}" [{style}];\n'] = None

    def _label(self, iri: str) -> str:
        if iri == _ANYTHING:
            return "valfri resurs"
        return self._reference.terms[iri].label("sv") if iri in self._reference.terms else self._reference.short(iri)

    def _cell(self, iri: str) -> str:
        """A class in a box of its own, with what it lies under."""
        term = self._reference.terms.get(iri)
        if term is None:
            return _cell(_OTHER, _line(self._label(iri), 12, _SOFT))
        lines = [_line(term.label("sv"), 14, _INK), _line(term.name, 11, _SOFT)]
        above = [parent for parent in term.broader if not self._known([parent])]
        lines += [_line(f"▷ {self._label(parent)}", 11, _SOFT) for parent in above]
        return _cell(self._colour(term), "<br/>".join(lines))

    def _row(self, iri: str) -> str:
        """A class in a stack of several, on one line."""
        term = self._reference.terms.get(iri)
        if term is None:
            return _cell(_OTHER, _line(self._label(iri), 12, _SOFT), padding=4)
        text = f"{_line(term.label('sv'), 12, _INK)} {_line(term.name, 11, _SOFT)}"
        return _cell(self._colour(term), text, padding=4)

    def _colour(self, term: Term) -> str:
        return _OWN if term.module == self._module.name else _OTHER


def _cell(colour: str, body: str, padding: int = 7) -> str:
    look = f'border="1" style="rounded" color="{_LINE}" bgcolor="{colour}" cellpadding="{padding}"'
    return f"<td {look}>{body}</td>"


def _line(text: str, size: int, colour: str) -> str:
    return f'<font point-size="{size * _ROOM:g}" color="{colour}">{escape(text)}</font>'


def _table(rows: list[list[str]], spacing: int = 6) -> str:
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<table border="0" cellborder="0" cellspacing="{spacing if sum(map(len, rows)) > 1 else 0}">{body}</table>'


def _lines(terms: list[Term]) -> str:
    rows = "".join(
        f'<tr><td align="left"><i>{_line(term.label("sv"), 13, _INK)}</i></td>'
        f'<td align="left">{_line(term.name, 11, _SOFT)}</td></tr>'
        for term in terms
    )
    look = f'border="1" style="rounded" color="{_RIM}" bgcolor="{_PROPERTY}"'
    return f'<table {look} cellborder="0" cellspacing="0" cellpadding="3">{rows}</table>'
