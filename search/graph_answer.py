"""A question → an answer that the graph gives, by the template that fits it; None where no template does.

Only what people have written down with its sources answers (`ontology/knowledge`, `ontology/vocab`), so templates ask a
copy of that, however much has been read from texts, which lends its words to the sources and nothing more. Where a
template fits and the graph is silent, the answer says that the sources do not tell.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pyoxigraph as ox

from graph import queries
from graph.publish import shipped_only
from graph.queries import string
from graph.vocabulary import Vocabulary
from ontology.dates import is_date
from search.asked import Asked, Event, read_asked
from search.asked_time import just_after, just_before
from search.evidence import Basis, merged, read_evidence
from search.matching import Fit, fitting, shelve
from search.named import Named
from search.names import Names, read_names
from search.sentences import about, capital, fill, listing, said, when
from search.template import Template, load_templates
from search.types import AnalysedQuestion, AnswerType, AnswerValue, DirectAnswer

_TRUE, _FALSE, _DEPENDS = "true", "false", "depends"


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a template's query: the value, what it rests on, and all that the sentence may use."""

    value: AnswerValue
    claim: str
    variables: Mapping[str, str]


class Answerer:
    """Answers from one release's graph, which never changes. Safe to share between threads."""

    def __init__(self, store: ox.Store, vocabulary: Vocabulary) -> None:
        self._store = store
        self._written = shipped_only(store)
        self._names: Names = read_names(self._written, vocabulary)
        self._shelves = shelve(load_templates())

    def answer(self, question: AnalysedQuestion, today: str) -> DirectAnswer | None:
        """The answer, as of the question's time or else of today (a day, ISO 8601)."""
        asked = read_asked(question, self._names)
        if asked.event is not None:
            placed = self._place(asked, asked.event, today)
            if placed is None:
                return None
            asked = placed
        ways = [asked, *(replace(asked, form=form) for form in asked.other_forms)]
        fits = [(way, fit) for way in ways for fit in fitting(way, self._shelves)]
        for way, fit in fits:
            if (found := self._run(way, fit, today)) is not None:
                return found
        return self._unknown(*fits[0], today) if fits else None

    def _place(self, asked: Asked, event: Event, today: str) -> Asked | None:
        """The question with the time of its event: when a body's hosting began or ended; None where that is unknown.

        What was hosted is taken from the event when the question does not name it: "Vem var värd innan VGR tog över?"
        """
        found = [
            (string(row, "area"), string(row, "from"), string(row, "to"))
            for row in queries.select(self._written, "hostings", host=ox.NamedNode(event.body))
        ]
        named = {iri for one in asked.named for iri in one.iris}
        moments = [(area, start if event.order == "before" else end) for area, start, end in found]
        moments = [moment for moment in moments if moment[1]]
        moments = [moment for moment in moments if moment[0] in named] or moments
        times = {time for _, time in moments}
        areas = {area for area, _ in moments}
        if len(times) != 1 or len(areas) != 1:
            return None
        area, time = areas.pop(), times.pop()
        as_of = just_before(time) if event.order == "before" else min(just_after(time), today)
        implied = () if area in named else (Named((area,), self._names.types[area], 0, 0),)
        words = f"{'innan' if event.order == 'before' else 'efter'} {self._names.labels[event.body]}"
        words += " tog över" if event.order == "before" else ""
        return replace(asked, as_of=as_of, time_words=words, named=(*asked.named, *implied))

    def _run(self, asked: Asked, fit: Fit, today: str) -> DirectAnswer | None:
        """Ask the graph; None when it has no answer to this."""
        template = fit.template
        if template.knows_time and asked.as_of is not None and asked.as_of > today:
            return None
        sparql = bound(template, fit.given, asked.as_of or today)
        solutions = self._written.query(sparql, use_default_graph_as_union=True)
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError(f"template {template.name} is not a SELECT")
        names = [variable.value for variable in solutions.variables]
        rows = [self._row(solution, names) for solution in solutions if solution["value"] is not None]
        if not rows:
            return None
        shown = [row for row in rows if _is_so(row, asked, fit)]
        sentence = _sentence(asked, fit, len(shown), rows)
        if sentence not in template.sentences:
            return None
        return self._answer(asked, fit, sparql, sentence, tuple(rows if sentence == "both" else shown or rows), today)

    def _answer(
        self, asked: Asked, fit: Fit, sparql: str, sentence: str, rows: tuple[_Row, ...], today: str
    ) -> DirectAnswer:
        template = fit.template
        values = tuple(dict.fromkeys(row.value for row in rows))
        past = _is_past(asked, today)
        items = []
        for value in values:
            own = [row.variables for row in rows if row.value == value]
            advice = "” och ”".join(dict.fromkeys(variables["advice"] for variables in own if "advice" in variables))
            inside = said(self._names.inside(value.iri, value.label))
            words = {**own[0], "advice": advice, "label": inside, "when": _when(value.label)}
            items.append(fill(template.item, words, many=False, past=past))
        places = {**self._places(asked, fit, today), **rows[0].variables}
        places |= {"values": listing(items), "n": str(len(values))}
        places["when"] = listing([_when(value.label) for value in values])
        text = capital(fill(template.sentences[sentence], places, many=len(values) > 1, past=past))
        evidence = read_evidence(
            self._store, dict.fromkeys(Basis(row.claim, row.value.label) for row in rows if row.claim)
        )
        told = [fill(note, places, many=len(values) > 1, past=past) for note in template.notes]
        tells_day = template.knows_time and not (asked.as_of is None and template.may_be_untimed)
        as_of = [f"Avser {when(asked.as_of or today)}."] if tells_day else []
        return DirectAnswer(
            type=_type(template, asked, len(values)),
            text=text,
            values=_values(asked, sentence, values),
            sparql=sparql,
            sources=evidence.sources,
            notes=merged(as_of, told, evidence.notes),
            template=template.name,
        )

    def _unknown(self, asked: Asked, fit: Fit, today: str) -> DirectAnswer | None:
        """That the sources do not tell, for a template that says so; the query shows that they do not."""
        template = fit.template
        if "unknown" not in template.sentences:
            return None
        places = {**self._places(asked, fit, today), "values": "", "n": "0"}
        notes = [f"Avser {when(asked.as_of or today)}."] if template.knows_time else []
        if asked.as_of is not None and template.knows_time:
            now = self._run(replace(asked, as_of=None, time_words=""), fit, today)
            notes += [f"Vad som gäller i dag framgår: {now.text}"] if now else []
        what = fill(template.sentences["unknown"], places, many=False, past=_is_past(asked, today))
        return DirectAnswer(
            type="unknown",
            text=f"Det framgår inte av källorna {what}",
            values=(),
            sparql=bound(template, fit.given, asked.as_of or today),
            sources=(),
            notes=tuple(notes),
            template=template.name,
        )

    def _places(self, asked: Asked, fit: Fit, today: str) -> dict[str, str]:
        """What sentences may name besides the values: the things given, the one asked about, the time."""
        places = {slot.variable: "" for slot in fit.template.slots}
        places |= {variable: self._name(named) for variable, named in fit.given.items()}
        places["about"] = about(places)
        places["checked"] = self._name(fit.checked) if fit.checked else ""
        words = asked.time_words or when(asked.as_of or today)
        places["time"] = f" {words}" if asked.time_words or _is_past(asked, today) else ""
        return places

    def _name(self, named: Named) -> str:
        if "severity" in named.types:
            return listing([self._names.labels[iri].lower() for iri in named.iris])
        iri = named.iris[0]
        return self._names.inside(iri, self._names.labels.get(iri, iri))

    def _row(self, solution: ox.QuerySolution, names: list[str]) -> _Row:
        variables = {name: said(string(solution, name)) for name in names}
        value = solution["value"]
        if isinstance(value, ox.NamedNode):
            label = variables.get("label") or self._label(value)
            return _Row(AnswerValue(value.value, label), variables.get("claim", ""), variables)
        return _Row(AnswerValue("", string(solution, "value")), variables.get("claim", ""), variables)

    def _label(self, iri: ox.NamedNode) -> str:
        known = self._names.labels.get(iri.value)
        if known is not None:
            return known
        return next((string(row, "label") for row in queries.select(self._store, "label", resource=iri)), iri.value)


def _is_so(row: _Row, asked: Asked, fit: Fit) -> bool:
    """Whether a row says yes to a yes-or-no question: by its own word (`?yes`), or by being what is asked about."""
    if asked.form != "yes-no":
        return True
    return row.variables.get("yes", _TRUE) == _TRUE and (fit.checked is None or row.value.iri in fit.checked.iris)


def _sentence(asked: Asked, fit: Fit, shown: int, found: list[_Row]) -> str:
    """The key of the sentence that tells it; "both" where some rows say yes and some no to the same question."""
    if asked.form != "yes-no":
        return asked.form
    if any(row.variables.get("yes") == _DEPENDS for row in found):
        return "both"
    if not shown:
        return "no"
    denied = any(row.variables.get("yes") == _FALSE for row in found)
    return "both" if denied and fit.checked is None else "yes"


_SAID = {"yes": "Ja", "no": "Nej", "both": "Det beror på"}


def bound(template: Template, given: Mapping[str, Named], as_of: str) -> str:
    """The template's query with the things and the time in it, as anybody can run it.

    Nothing of what a user wrote becomes part of it: things are IRIs of the vocabulary, the time is a date, and both are
    written by the RDF library.
    """
    query = template.query.replace("$asOf", str(ox.Literal(as_of)))
    for slot in template.slots:
        named = given.get(slot.variable)
        terms = " ".join(str(_term(named, iri)) for iri in named.iris) if named else "UNDEF"
        query = re.sub(rf"\${slot.variable}\b", lambda _, terms=terms: terms, query)  # type: ignore[misc]
    return query


def _when(value: str) -> str:
    return when(value) if is_date(value) else value


def _term(named: Named, value: str) -> ox.NamedNode | ox.Literal:
    return ox.Literal(value) if named.types & {"number", "amount", "duration", "registration"} else ox.NamedNode(value)


def _values(asked: Asked, sentence: str, values: tuple[AnswerValue, ...]) -> tuple[AnswerValue, ...]:
    if asked.form == "yes-no":
        return (AnswerValue("", _SAID[sentence]),)
    if asked.form == "count" and values[0].iri:
        return (AnswerValue("", str(len(values))),)
    return values


def _type(template: Template, asked: Asked, values: int) -> AnswerType:
    if asked.form == "yes-no":
        return "boolean"
    if asked.form == "count":
        return "count"
    if asked.form == "when":
        return "date"
    return "list" if values > 1 and template.type == "entity" else template.type


def _is_past(asked: Asked, today: str) -> bool:
    return asked.as_of is not None and asked.as_of < today[: len(asked.as_of)]
