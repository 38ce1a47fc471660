"""Settings → things that work together. The composition root; heavy rooms are imported inside, for a quick `--help`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from api.settings import Settings
from ontology.errors import SettingError

if TYPE_CHECKING:
    import pyoxigraph as ox

    from graph.release import Release
    from graph.sparql import SparqlService
    from graph.vocabulary import Vocabulary
    from ingest.fetching.retrieval import Fetcher
    from ingest.language import Pipeline
    from ingest.pipeline import Toolbox
    from ingest.run import Workshop
    from ingest.workers import Limits
    from search.engine import Engine
    from search.types import Encoder

Say = Callable[[str], None]
Advance = Callable[[int, int], None]


def version() -> str:
    """Version of the installed product."""
    return metadata.version("vipgraf")


def say_to_stderr(message: str) -> None:
    """Tell a person what takes time."""
    sys.stderr.write(message + "\n")


def make_workshop(store: ox.Store, settings: Settings, say: Say) -> Workshop:
    """Everything that reading documents needs; shipped content is loaded into the store first."""
    from graph.publish import publish_shipped
    from graph.vocabulary import load_vocabulary
    from ingest.language import pipeline_identity
    from ingest.lexicon import ensure_lexicon
    from ingest.run import Workshop
    from ontology import files
    from ontology.iris import Iris

    iris = Iris(settings.base_iri)
    publish_shipped(store, iris)
    vocabulary = load_vocabulary(store)
    lexicon = ensure_lexicon(settings.models, say)
    pipeline = pipeline_identity(settings.pipeline, lexicon, vocabulary.single_words())
    return Workshop(
        pipeline_name=settings.pipeline,
        models=settings.models,
        vocabulary=vocabulary,
        shapes=files.shapes("text", "provenance", "warnings"),  # all that a document's own graph can break
        iris=iris,
        software=(f"vipgraf {version()}", pipeline),
    )


def open_fetcher(settings: Settings) -> Fetcher:
    """What fetches documents from the web, into the cache of this deployment."""
    from ingest.fetching import fetch
    from ingest.fetching.network import read_allowed

    try:
        allowed = read_allowed(settings.fetch_allow)
    except ValueError as error:
        raise SettingError(
            f"VIPGRAF_FETCH_ALLOW: {error} är varken värdnamn, IP-adress eller nät. Skriv till exempel "
            "intranet.region.example, 10.1.0.0/16."
        ) from error
    manners = fetch.Manners(
        contact=settings.fetch_contact,
        delay_s=settings.fetch_delay_s,
        timeout_s=settings.fetch_timeout_s,
        limit=settings.fetch_limit,
        allowed=allowed,
    )
    return fetch.open_fetcher(settings.data / "cache" / "fetched", manners, version())


def publish(store: ox.Store, settings: Settings, say: Say, advance: Advance) -> tuple[Release, bool]:
    """Make a release of the working graph, with its index, and let it serve."""
    from graph import release
    from graph.publish import publish_shipped
    from graph.vocabulary import load_vocabulary
    from ingest.finding.labelcache import cached_labels
    from ontology.iris import Iris
    from search import index

    publish_shipped(store, Iris(settings.base_iri))
    vocabulary = load_vocabulary(store)
    pipeline, encoder = open_language(vocabulary, settings, say)

    def build(snapshot: ox.Store, folder: Path) -> dict[str, object]:
        return index.build_index(
            snapshot,
            folder,
            pipeline=pipeline,
            encoder=encoder,
            vocabulary=vocabulary,
            labels=cached_labels(settings.models, vocabulary, pipeline),  # as documents were read with
            vector_cache=settings.data / "cache" / "vectors.sqlite",
            advance=advance,
        )

    return release.make_release(
        store,
        settings.data,
        base_iri=settings.base_iri,
        version=version(),
        index_identity=index.identity(pipeline, encoder),
        build_index=build,
    )


def open_language(
    vocabulary: Vocabulary, settings: Settings, say: Say, encoder: Encoder | None = None
) -> tuple[Pipeline, Encoder]:
    """The Swedish pipeline, knowing a vocabulary, and the encoder (unless given), loaded side by side."""
    from ingest.language import open_pipeline
    from ingest.lexicon import ensure_lexicon

    with ThreadPoolExecutor(1) as beside:
        opening = beside.submit(lambda: encoder or open_encoder(settings, say))
        lexicon = ensure_lexicon(settings.models, say)
        pipeline = open_pipeline(settings.pipeline, lexicon, vocabulary.single_words())
        return pipeline, opening.result()


def open_encoder(settings: Settings, say: Say) -> Encoder:
    """The embedding model."""
    from search import encoder

    return encoder.open_encoder(
        settings.model,
        settings.models,
        settings.threads,
        say,
        question_prompt=settings.model_query_prompt,
        passage_prompt=settings.model_passage_prompt,
        trusted=settings.model_code_trusted,
    )


def open_engine(release: Release, settings: Settings, say: Say, former: Engine | None = None) -> Engine:
    """An engine over a release; a running server passes the former one, whose models are used again."""
    from threadpoolctl import threadpool_limits

    from graph.store import open_release
    from graph.vocabulary import load_vocabulary
    from search.engine import Engine
    from search.reranker import open_reranker

    # A second thread for one small product waits for its turn longer than it helps: 81 ms, not 9, on a busy machine.
    threadpool_limits(limits=1, user_api="blas")
    if release.manifest.base_iri != settings.base_iri:
        raise SettingError(
            f"Releasen {release.name} är gjord med basen {release.manifest.base_iri}, inte {settings.base_iri}. "
            "Ställ tillbaka VIPGRAF_BASE_IRI, eller publicera på nytt i en ny mapp."
        )
    store = open_release(release.graph_path)
    vocabulary = load_vocabulary(store)
    pipeline, encoder = open_language(vocabulary, settings, say, former.encoder if former else None)
    if former is not None:
        reranker = former.reranker
    else:
        reranker = open_reranker(settings.reranker, settings.threads, trusted=settings.model_code_trusted)
    return Engine(release, store, vocabulary, pipeline, encoder, reranker)


def freeze_heap() -> None:
    """Let the garbage collector pass over what there is now: to walk a large release takes it 100 ms each time.

    What a former release left is collected first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def document_limits(settings: Settings) -> Limits:
    """What reading one document may take."""
    from ingest.workers import Limits

    return Limits(settings.document_timeout_s, settings.document_memory_mb * 1_000_000)


def open_toolbox(settings: Settings, say: Say) -> Toolbox:
    """What `extract` needs: the shipped vocabulary in memory, no working graph."""
    import pyoxigraph as ox

    return make_workshop(ox.Store(), settings, say).open()


def open_sparql(release: Release, settings: Settings) -> SparqlService:
    """A SPARQL service over a release."""
    from graph.sparql import Limits, SparqlService

    limits = Limits(
        timeout_s=settings.query_timeout_s,
        memory_bytes=settings.query_memory_mb * 1_000_000,
        output_bytes=settings.query_output_mb * 1_000_000,
        workers=settings.query_workers,
        queue=settings.query_queue,
    )
    return SparqlService(release.graph_path, limits)
