"""The HTTP application over a release. Read-only: there is no way to write here."""

import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from api import problems
from api.head import HeadAsGet
from api.published import read_published
from api.routes.ontology import ontology_router
from api.routes.resources import resources_router
from api.routes.search import search_router
from api.routes.search_page import search_page_router
from api.routes.sparql import sparql_router
from api.routes.suggest import suggest_router
from api.serving import Serving
from api.settings import Settings, read_settings
from api.wiring import version

_DESCRIPTION = """Svensk kunskapsstyrning och vårdens rekommendationer som en graf: fråga på svenska, i SPARQL eller
genom stabila adresser. Exempelinnehåll, inte för klinisk användning.

*Swedish care knowledge as one graph: ask in Swedish, in SPARQL or by stable URIs.
Example content, not for clinical use.*
"""


def create_app(settings: Settings) -> FastAPI:
    """The app; the release is loaded when it starts, and followed while it runs."""
    serving = Serving(settings)
    package = files("api")
    templates = Jinja2Templates(directory=str(package / "templates"))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        serving.start()
        yield
        serving.stop()

    app = FastAPI(
        title="vipgraf", version=version(), description=_DESCRIPTION, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    problems.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["*"],
        expose_headers=["ETag", "Link"],
    )
    app.add_middleware(HeadAsGet)
    app.mount("/static", StaticFiles(directory=str(package / "static")), name="static")
    app.include_router(search_router(serving.served))
    app.include_router(suggest_router(serving.served))
    app.include_router(search_page_router(serving.served, templates, settings.base_iri))
    app.include_router(sparql_router(lambda: serving.served().sparql, templates))
    app.include_router(resources_router(serving.served, templates, settings.base_iri))
    app.include_router(ontology_router(read_published(settings.base_iri), templates))

    @app.get("/healthz", tags=["drift"], summary="Lever processen? / Is the process alive?")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", tags=["drift"], summary="Kan den svara? / Can it answer?")
    def readyz() -> JSONResponse:
        served = serving.served()
        return JSONResponse({"status": "ok", "release": served.release.name})

    return app


def create_app_from_environment() -> FastAPI:
    """The app as a server process makes it. The log tells of releases, never of requests."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    return create_app(read_settings(os.environ))
