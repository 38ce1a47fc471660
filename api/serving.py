"""The release that a server process serves, and the switch to a newer one without dropping a request."""

import logging
import threading
import time
from dataclasses import dataclass

from api import wiring
from api.settings import Settings
from graph.release import Release, current, current_name
from graph.sparql import SparqlService
from ontology.errors import NoRelease
from search.engine import Engine

_LOOK_EVERY_S = 1.0
_GRACE_S = 5.0
"""Beyond the longest query, before the former release's workers are stopped."""

log = logging.getLogger("vipgraf")


@dataclass(frozen=True, slots=True)
class Served:
    """A release with all that answers over it."""

    release: Release
    engine: Engine
    sparql: SparqlService


class Serving:
    """Holds what is served. Requests take `served()` once and keep it, so a switch never changes one under way."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._served: Served | None = None
        self._failed = ""
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="release-watcher", daemon=True)

    def start(self) -> None:
        """Load the current release, if there is one, and watch for another."""
        self._look()
        self._watcher.start()

    def stop(self) -> None:
        """Stop watching, and the workers."""
        self._stop.set()
        self._watcher.join()
        if self._served is not None:
            self._served.sparql.close()

    def served(self) -> Served:
        """What is served now. Raises NoRelease before the first release."""
        if self._served is None:
            release = current(self._settings.data)
            raise NoRelease(f"Releasen {release.name} är inte i bruk. Läs serverns logg eller kör `vipgraf verify`.")
        return self._served

    def _watch(self) -> None:
        while not self._stop.wait(_LOOK_EVERY_S):
            self._look()

    def _look(self) -> None:
        name = current_name(self._settings.data)
        former = self._served
        if name is None or name == self._failed or (former is not None and former.release.name == name):
            return
        try:
            self._served = self._open(former)
        except Exception as error:
            # Whatever is wrong with a release, the former one goes on serving and the next one is tried.
            self._failed = name
            log.error("Releasen %s kan inte tas i bruk: %s: %s", name, type(error).__name__, error)
            return
        if former is not None:
            timer = threading.Timer(self._settings.query_timeout_s + _GRACE_S, former.sparql.close)
            timer.daemon = True
            timer.start()

    def _open(self, former: Served | None) -> Served:
        started = time.perf_counter()
        release = current(self._settings.data)
        engine = wiring.open_engine(release, self._settings, wiring.say_to_stderr, former.engine if former else None)
        served = Served(release, engine, wiring.open_sparql(release, self._settings))
        wiring.freeze_heap()
        log.info("Releasen %s togs i bruk på %.1f s", release.name, time.perf_counter() - started)
        return served
