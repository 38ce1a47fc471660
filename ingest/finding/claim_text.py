"""A sentence → the same with each mention as a slot that shows its kind: "‹svr#0› är värd för ‹npo#1›".

Rules are written over this masked text. Words that stand for a body ("Ledningsgruppen", "systemet") are slots too,
where the document leaves no doubt of which body they mean.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from ingest.finding.claim_bodies import KIND, ORGANISATION, PROGRAMME, Bodies, names_at, own_name
from ingest.finding.units import Unit, within
from ingest.reading.statedates import DATE
from ingest.rulebook import load_rules
from ontology.model import Document, Mention

_LONGEST = 2000
"""Characters of a sentence or list of names: what is longer is no sentence, and rules would take long to try on it."""
_SLOT = re.compile(r"‹[a-z-]+#(\d+)›")
_SUBJECT = re.compile(r"(?:en |ett |det |den |varje )?‹[a-z-]+#(\d+)›(?!’)", re.IGNORECASE)
_SORTS = {"condition": "cond", "knowledge-service": "serv", "profession": "role", "target-group": "group"}
_GROUPS = frozenset(["npo", "nag", "nsg", "rpo", "rsg", "ledning", "prog", "org"])
_ORDER = (ORGANISATION, KIND, PROGRAMME, *_SORTS)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a text that names something, and what."""

    iri: str
    sort: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Masked:
    """A unit with its slots; `places` are where they, and what is left out, end in the masked text and the document."""

    unit: Unit
    text: str
    slots: tuple[Slot, ...]
    places: tuple[tuple[int, int], ...]

    def slots_in(self, span: tuple[int, int]) -> tuple[Slot, ...]:
        """The slots that lie in a span of the masked text."""
        return tuple(self.slots[int(match[1])] for match in _SLOT.finditer(self.text, *span))

    def original(self, span: tuple[int, int]) -> tuple[int, int]:
        """A span of the masked text as one of the document."""
        return self._place(span[0]), self._place(span[1])

    def _place(self, at: int) -> int:
        before = bisect_right(self.places, at, key=lambda place: place[0])
        masked, plain = self.places[before - 1] if before else (0, self.unit.start)
        return plain + at - masked


@dataclass(frozen=True, slots=True)
class Focus:
    """The bodies that a document is about: those named in its title, and all that it names."""

    title: tuple[str, ...]
    named: tuple[str, ...]

    def only(self, bodies: Bodies, families: Sequence[str]) -> str:
        """The one body of these families that the document is about; "" when there is none, or a choice.

        A document whose title names a group is about that group, and not about a programme area that it mentions.
        """
        about_group = any(bodies.family_of.get(iri) in load_rules("claims")["group"]["families"] for iri in self.title)
        for among in (self.title,) if about_group and "npo" in families else (self.title, self.named):
            found = [iri for iri in among if bodies.family_of.get(iri) in families]
            if found:
                return found[0] if len(found) == 1 else ""
        return ""


@dataclass(frozen=True, slots=True)
class _StandIn:
    """Words that mean a body: the one of some families that the document is about, or with `near` the subject of the
    sentence before; or a kind, as far as it is narrower there."""

    pattern: re.Pattern[str]
    families: tuple[str, ...]
    near: bool
    kind: str


def focus_of(document: Document, mentions: Sequence[Mention], bodies: Bodies) -> Focus:
    """What a document is about."""
    headings = [block for block in document.blocks if block.kind == "heading"]
    title = next((one for one in headings if document.text[one.start : one.end] == document.title), None)
    title = title or next(iter(headings), None)
    title_end = title.end if title else 0
    named = [mention for mention in mentions if mention.concept_iri in bodies.family_of]
    of_group = [iri for mention in named if (iri := _led(mention.concept_iri, bodies))]
    return Focus(
        title=tuple(dict.fromkeys(mention.concept_iri for mention in named if mention.end <= title_end)),
        named=tuple(dict.fromkeys([*(mention.concept_iri for mention in named), *of_group])),
    )


def masked(unit: Unit, mentions: Sequence[Mention], focus: Focus, bodies: Bodies, before: Masked | None) -> Masked:
    """The masked text of a unit, with the verb after its subject; `before` is the unit before it."""
    if len(unit.text) > _LONGEST:
        return Masked(unit, "", (), ())
    mentioned = _mentioned(unit, within(mentions, unit.start, unit.end), focus, bodies)
    called = _apart(_called(unit, bodies), [slot for slot in mentioned if slot.sort in _GROUPS])
    slots = [*called, *_apart(mentioned, called)]
    named = tuple(slots)
    slots += _apart(_standing_in(unit, focus, bodies, before), named)
    slots.sort(key=lambda slot: slot.start)
    text, at, places = "", unit.start, []
    for start, end, words in sorted([*_written(slots, unit, bodies), *_asides(slots, unit)]):
        text += unit.text[at - unit.start : start - unit.start] + words
        at = end
        places.append((len(text), at))
    text += unit.text[at - unit.start :]
    return straightened(Masked(unit, text, tuple(slots), tuple(places)))


def _apart(slots: Iterable[Slot], others: Sequence[Slot]) -> list[Slot]:
    """The slots that overlap none of the others."""
    return [slot for slot in slots if not any(one.start < slot.end and slot.start < one.end for one in others)]


def _called(unit: Unit, bodies: Bodies) -> Iterator[Slot]:
    """Bodies called by their kind and own name, "programområdet för tandvård": of more in a list, each its name."""
    for family, pattern in load_rules("claims")["called"].items():
        for match in _pattern(pattern).finditer(unit.text):
            first = match.start()
            for iri, start, end in names_at(unit.text, match.end(), bodies, family):
                yield Slot(iri, _sort(iri, bodies), unit.start + min(start, first), unit.start + end)
                first = len(unit.text)


def _written(slots: Sequence[Slot], unit: Unit, bodies: Bodies) -> Iterator[tuple[int, int, str]]:
    for number, slot in enumerate(slots):
        yield slot.start, slot.end, f"‹{slot.sort}#{number}›{'’' * _is_genitive(slot, unit, bodies)}"


def _asides(slots: Sequence[Slot], unit: Unit) -> Iterator[tuple[int, int, str]]:
    """Adverbs and times within a sentence, which say nothing of who does what: they are left out."""
    for match in _pattern(load_rules("claims")["aside"].replace("{DATE}", DATE)).finditer(unit.text):
        start, end = unit.start + match.start(), unit.start + match.end()
        if not any(slot.start < end and start < slot.end for slot in slots):
            yield start, end, ""


def straightened(text: Masked) -> Masked:
    """A text that begins with an adverbial, with its subject before its verb; what follows keeps its place."""
    fronted = _fronted().match(text.text)
    if not fronted:
        return text
    start, end = fronted.start("verb"), fronted.end("subject")
    return replace(text, text=f"{text.text[:start]}{fronted['subject']} {fronted['verb']}{text.text[end:]}")


def _is_genitive(slot: Slot, unit: Unit, bodies: Bodies) -> bool:
    concept = bodies.concepts[slot.iri]
    surface = unit.text[slot.start - unit.start : slot.end - unit.start].lower()
    return surface.endswith("s") and surface not in {
        name.lower() for name in (concept.label, *concept.alt_labels, *concept.hidden_labels)
    }


def _mentioned(unit: Unit, mentions: Sequence[Mention], focus: Focus, bodies: Bodies) -> list[Slot]:
    slots: list[Slot] = []
    for mention in sorted(mentions, key=lambda one: (one.start, -one.end, _rank(one, bodies))):
        concept = bodies.concepts[mention.concept_iri]
        if concept.kind not in _ORDER or (slots and mention.start < slots[-1].end):
            continue
        iri = _narrowed(mention, focus, bodies)
        # "programområde: psykisk hälsa" is one name, of which the word before the colon names the kind
        announced, colon, name = mention.surface.rpartition(": ")
        if colon and announced.lower() in bodies.kinds:
            kind = bodies.kinds[announced.lower()].iri
            slots.append(Slot(kind, _sort(kind, bodies), mention.start, mention.start + len(announced)))
        if not _is_partial(iri, unit.text[: mention.start - unit.start], bodies):
            slots.append(Slot(iri, _sort(iri, bodies), mention.end - len(name), mention.end))
    return slots


def _is_partial(iri: str, before: str, bodies: Bodies) -> bool:
    """Whether only a part of a place is meant: "norra Halland"."""
    rules = load_rules("claims")["partial"]
    return bodies.family_of.get(iri) in rules["families"] and bool(_pattern(rules["before"]).search(before))


def _rank(mention: Mention, bodies: Bodies) -> int:
    kind = bodies.concepts[mention.concept_iri].kind
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _sort(iri: str, bodies: Bodies) -> str:
    concept = bodies.concepts[iri]
    if concept.kind == KIND:
        return f"k-{iri.rpartition('/')[2]}"
    if concept.kind == PROGRAMME:
        return "prog"
    return _SORTS.get(concept.kind) or bodies.family_of.get(iri, "org")


def _narrowed(mention: Mention, focus: Focus, bodies: Bodies) -> str:
    """What a kind means here: "programområdet" the programme area that the document is about, and "arbetsgrupper" the
    working groups of it, where the vocabulary knows them as a kind of their own."""
    concept = bodies.concepts[mention.concept_iri]
    if concept.kind != KIND:
        return concept.iri
    rules = load_rules("claims")["narrowed"]
    area = focus.only(bodies, ("npo",))
    if not area:
        return concept.iri
    national = concept.iri.endswith(rules["kind"]) or _pattern(rules["bare"]).fullmatch(mention.surface)
    if national and _pattern(rules["definite"]).fullmatch(mention.surface):
        return area
    if national:
        return bodies.iri(rules["kind"].removeprefix("/"))
    if _pattern(rules["short"]).fullmatch(mention.surface):
        return _kind_within(concept.label, focus, bodies) or concept.iri
    return concept.iri


def _kind_within(kind: str, focus: Focus, bodies: Bodies) -> str:
    """The kind that is narrower by the programme area that the document is about: "nationell arbetsgrupp inom …"."""
    area = focus.only(bodies, ("npo",))
    name = f"{kind} inom {own_name(area, bodies)}".lower() if area else ""
    return bodies.kinds[name].iri if name in bodies.kinds else ""


def _standing_in(unit: Unit, focus: Focus, bodies: Bodies, before: Masked | None) -> list[Slot]:
    found: list[Slot] = []
    for stand_in in _stand_ins():
        for match in stand_in.pattern.finditer(unit.text):
            iri = _near(stand_in, unit, focus, bodies, before) if stand_in.near else _meant(stand_in, focus, bodies)
            start, end = unit.start + match.start(), unit.start + match.end()
            if iri and not any(slot.start < end and start < slot.end for slot in found):
                found.append(Slot(iri, _sort(iri, bodies), start, end))
    return found


def _near(stand_in: _StandIn, unit: Unit, focus: Focus, bodies: Bodies, before: Masked | None) -> str:
    """What a pronoun means: the subject of the sentence before it, or, where there is none, what the title names."""
    if before and before.unit.section == unit.section and before.unit.block.kind != "heading":
        first = _SUBJECT.match(before.text)
        slot = before.slots[int(first[1])] if first else None
        may_be = (*stand_in.families, *load_rules("claims")["group"]["kinds"])
        return slot.iri if slot and slot.sort in may_be else ""
    found = [iri for iri in focus.title if bodies.family_of.get(iri) in stand_in.families]
    return found[0] if len(found) == 1 else ""


def _meant(stand_in: _StandIn, focus: Focus, bodies: Bodies) -> str:
    """The body that a stand-in means: the one that the document is about, the group that leads it, or the only one."""
    if stand_in.kind:
        return _kind_within(stand_in.kind, focus, bodies)
    if iri := focus.only(bodies, stand_in.families):
        return iri
    members = [concept for family in stand_in.families for concept in bodies.by_family.get(family, ())]
    area = focus.only(bodies, ("npo",))
    if led := [concept.iri for concept in members if area and _led(concept.iri, bodies) == area]:
        return led[0]
    return members[0].iri if len(members) == 1 and "system" in stand_in.families else ""


def _led(iri: str, bodies: Bodies) -> str:
    """The programme area that a management group leads, as its name says; ""."""
    if bodies.family_of.get(iri) != "ledning":
        return ""
    label = bodies.concepts[iri].label
    return next((area.iri for area in bodies.by_family.get("npo", ()) if label.endswith(f" {area.label}")), "")


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def _fronted() -> re.Pattern[str]:
    rules = load_rules("claims")["fronted"]
    slots = r"‹[a-z-]+#\d+›(?:(?:, | och | samt )‹[a-z-]+#\d+›)*"
    return re.compile(
        rf"{rules['adverbial']}[^.;:?]*? (?P<verb>{'|'.join(rules['verbs'])}) (?P<subject>{slots})(?= (?!och |samt ))",
        re.IGNORECASE,
    )


@cache
def _stand_ins() -> tuple[_StandIn, ...]:
    return tuple(
        _StandIn(
            pattern=re.compile(data["pattern"], re.IGNORECASE),
            families=tuple(data["families"]),
            near=data.get("near", False),
            kind=data.get("kind", ""),
        )
        for data in load_rules("claims")["stand_in"]
    )
