"""Named queries: `queries/NAME.rq`, each with a header that says what it answers and which variables are bound.

User text never becomes part of a query: it is bound as a term. Two traps of Oxigraph's substitutions are refused here:
a bound variable must be projected, and none is seen inside a sub-SELECT.

A query about many resources at once has a `# each:` line instead, and a `VALUES ?x { UNDEF }` that they are put into.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from graph.store import Term

Row = ox.QuerySolution
_EACH = "{ UNDEF }"


@cache
def text(name: str) -> str:
    """The text of a named query."""
    return (files("graph") / "queries" / f"{name}.rq").read_text(encoding="utf-8")


def select(store: ox.Store, name: str, **bindings: Term) -> Iterator[Row]:
    """Run a named SELECT over the union of all named graphs, with the variables of its `# bind:` line bound.

    Raises ValueError when the bindings are not those that the header asks for.
    """
    query = text(name)
    wanted = bound_variables(query)
    if set(bindings) != wanted:
        raise ValueError(f"query {name} binds {sorted(wanted)}, not {sorted(bindings)}")
    substitutions: dict[ox.Variable, Term] = {ox.Variable(name): term for name, term in bindings.items()}
    result = store.query(query, substitutions=substitutions, use_default_graph_as_union=True)
    if not isinstance(result, ox.QuerySolutions):
        raise TypeError(f"query {name} is not a SELECT")
    return iter(result)


def select_each(store: ox.Store, name: str, resources: Iterable[ox.NamedNode]) -> Iterator[Row]:
    """Run a named SELECT for many resources at once, each graph by itself: one query for twenty costs as much as three.

    Raises ValueError when the query is none that is asked so.
    """
    query = text(name)
    if not re.search(r"^# each:", query, re.MULTILINE) or query.count(_EACH) != 1:
        raise ValueError(f"query {name} is not asked for many resources at once")
    given = " ".join(map(str, resources))  # an IRI that Oxigraph has checked, as Oxigraph writes it
    result = store.query(query.replace(_EACH, f"{{ {given} }}"))
    if not isinstance(result, ox.QuerySolutions):
        raise TypeError(f"query {name} is not a SELECT")
    return iter(result)


def construct(store: ox.Store, name: str) -> Iterator[ox.Triple]:
    """Run a named CONSTRUCT over the union of all named graphs."""
    result = store.query(text(name), use_default_graph_as_union=True)
    if not isinstance(result, ox.QueryTriples):
        raise TypeError(f"query {name} is not a CONSTRUCT")
    return iter(result)


def bound_variables(query: str) -> set[str]:
    """The variables named in a query's `# bind:` header line."""
    header = re.search(r"^# bind:(.*)$", query, re.MULTILINE)
    return set(re.findall(r"\?(\w+)", header.group(1))) if header else set()


def string(row: Row, variable: str) -> str:
    """The lexical form of one value of a row; empty when unbound."""
    term = row[variable]
    return "" if term is None or isinstance(term, ox.Triple) else term.value
