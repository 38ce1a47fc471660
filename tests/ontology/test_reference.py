"""The term reference is made of all that the modules say, and its pictures are those of the modules as they are."""

import re
from collections.abc import Iterable
from importlib.resources import files

import pytest

from api.published import read_published
from ontology.pictures import Picture, digest_of, pictures, size_of
from ontology.reference import Module, Reference, Text, make_reference
from ontology.terms import DCTERMS, OWL, RDF_TYPE, RDFS, SKOS, VIP

_REFERENCE = read_published("https://vipgraf.example/").reference
_PAGE_WIDTH = 844
_CORE = VIP + "module/core"


def all_pictures(reference: Reference) -> list[Picture]:
    return [picture for module in reference.modules for picture in pictures(reference, module)]


def names(svgs: Iterable[str]) -> set[str]:
    return {name for svg in svgs for name in re.findall(r">([A-Za-z]+)</text>", svg)}


def small(
    *extra: tuple[str, str, str | Text], title: str = "Kärna", label: str = "uppgift", above: str = "Concept"
) -> Reference:
    """A reference of one module with one class, and something more."""
    said: list[tuple[str, str, str | Text]] = [
        (_CORE, DCTERMS + "title", Text(title, "sv")),
        (VIP + "Claim", RDF_TYPE, OWL + "Class"),
        (VIP + "Claim", RDFS + "isDefinedBy", _CORE),
        (VIP + "Claim", RDFS + "label", Text(label, "sv")),
        (VIP + "Claim", RDFS + "subClassOf", SKOS + above),
    ]
    return make_reference({"core": [*said, *extra]}, {"skos": SKOS})


def digests(reference: Reference) -> list[str]:
    return [picture.digest for picture in all_pictures(reference)]


@pytest.mark.parametrize("picture", all_pictures(_REFERENCE), ids=lambda picture: picture.name)
def test_a_picture_is_drawn_of_the_module_as_it_is(picture: Picture) -> None:
    assert digest_of(picture.drawn()) == picture.digest, "call `make reference`"


@pytest.mark.parametrize("module", _REFERENCE.modules, ids=lambda module: module.name)
def test_the_pictures_of_a_module_show_all_its_classes_and_object_properties(module: Module) -> None:
    shown = names(picture.drawn() for picture in pictures(_REFERENCE, module))
    terms = [*module.of_kind("class"), *module.of_kind("object-property")]
    wanted = {term.name for term in terms if not term.deprecated}
    assert wanted
    assert wanted - shown == set()


@pytest.mark.parametrize("picture", all_pictures(_REFERENCE), ids=lambda picture: picture.name)
def test_a_picture_can_be_read_at_page_width_and_in_words(picture: Picture) -> None:
    svg = picture.drawn()
    assert size_of(svg)[0] <= _PAGE_WIDTH
    assert 'lang="sv"' in svg
    title, described = (re.search(rf"<{part}[^>]*>(.+?)</{part}>", svg, re.DOTALL) for part in ("title", "desc"))
    assert title
    assert title[1] == picture.title
    assert described
    assert len(described[1]) > 20
    assert not re.search(r'(href|src)="http', svg)


def test_there_is_no_picture_of_anything_else() -> None:
    drawn = {picture.name for picture in all_pictures(_REFERENCE)}
    kept = {path.name.removesuffix(".svg") for path in (files("ontology") / "pictures").iterdir()}
    assert kept == drawn


@pytest.mark.parametrize(
    "other",
    [
        small(title="Annat"),
        small(label="påstående"),
        small(above="Collection"),
        small((VIP + "Doubt", RDF_TYPE, OWL + "Class"), (VIP + "Doubt", RDFS + "isDefinedBy", _CORE)),
    ],
    ids=["another title", "another label", "another superclass", "another class"],
)
def test_what_a_picture_shows_decides_its_digest(other: Reference) -> None:
    assert digests(small()) == digests(small())
    assert digests(other) != digests(small())


def test_what_no_picture_shows_leaves_its_digest() -> None:
    assert digests(small((VIP + "Claim", SKOS + "definition", Text("Något.", "sv")))) == digests(small())


def test_a_deprecated_term_is_in_the_reference_and_in_no_picture() -> None:
    reference = small((VIP + "Claim", OWL + "deprecated", Text("true")))
    assert reference.terms[VIP + "Claim"].deprecated
    assert "Claim" not in all_pictures(reference)[0].dot
    assert [term for term in _REFERENCE.terms.values() if term.deprecated]


def test_a_term_tells_who_points_at_it() -> None:
    about = VIP + "about"
    extra = [
        (about, RDF_TYPE, OWL + "ObjectProperty"),
        (about, RDFS + "isDefinedBy", _CORE),
        (about, RDFS + "range", VIP + "Claim"),
        (VIP + "Doubt", RDFS + "subClassOf", VIP + "Claim"),
    ]
    claim = small(*extra).terms[VIP + "Claim"]
    assert claim.used_by == (about,)
    assert claim.narrower == (VIP + "Doubt",)
    assert claim.broader == (SKOS + "Concept",)


def test_every_term_of_the_ontology_belongs_to_a_kind_that_has_a_name() -> None:
    assert len(_REFERENCE.terms) > 100
    assert [term.name for term in _REFERENCE.terms.values() if term.kind == "other"] == []


def test_every_earlier_version_can_be_read() -> None:
    references = read_published("https://vipgraf.example/").references
    assert len(references) > 1
    for version, reference in references.items():
        assert {module.name for module in reference.modules} == {module.name for module in _REFERENCE.modules}
        assert all(module.version == version for module in reference.modules if version)
