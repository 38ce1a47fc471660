"""What each host asks of its guests: what may be fetched (robots.txt, RFC 9309), how often, and when not to come.

One request at a time goes to a host, with a pause after it. A host that is overloaded or does not answer is left alone
for the rest of the run.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from protego import Protego

from ingest.fetching.address import Address
from ontology.errors import DocumentRefused

AGENT = "vipgraf"
"""The name that robots.txt may address us by."""
LONGEST_PAUSE_S = 60.0
"""The longest Crawl-delay, in seconds, that is waited for; a host that wants more is not fetched from."""
LONGEST_WAIT_S = 300.0
"""The longest Retry-After, in seconds, that is waited for; a host that wants more is left alone."""
_USUAL_WAIT_S = 10.0
_FAILURES = 5
_HOSTS = 200


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as it passes; tests bring their own."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic_s: Callable[[], float] = time.monotonic
    sleep_s: Callable[[float], None] = time.sleep


@dataclass(slots=True)
class _Host:
    """What is known of a host in this run."""

    robots: Protego | None = None
    ready_s: float = 0.0
    failures: int = 0
    closed: str = ""


@dataclass(slots=True)
class Courtesy:
    """Remembers hosts, by origin, for one run; of more than two hundred it forgets the oldest."""

    delay_s: float
    clock: Clock
    was_sent_away: bool = False
    """Whether some host was overloaded and wants the rest asked for later."""
    _hosts: dict[str, _Host] = field(default_factory=dict)

    def robots(self, address: Address, fetch: Callable[[Address], Protego]) -> Protego:
        """The rules of the address's host, fetched when first needed. Raises DocumentRefused when that fails."""
        host = self._host(address)
        self._enter(host)
        if host.robots is None:
            try:
                host.robots = fetch(Address(address.scheme, address.host, address.port, "/robots.txt", ""))
            except DocumentRefused as error:  # unknown rules forbid everything (RFC 9309, 2.3.1.4)
                host.closed = str(error)
                raise
        return host.robots

    def check(self, address: Address, rules: Protego) -> None:
        """Raise DocumentRefused when the rules do not let us fetch an address, or only ever so slowly."""
        if not rules.can_fetch(address.url, AGENT):
            raise DocumentRefused(
                "Webbplatsens robots.txt tillåter inte att sidan hämtas. Be om lov, eller spara sidan och ange filen."
            )
        if _delay_s(rules) > LONGEST_PAUSE_S:
            raise DocumentRefused(
                f"Webbplatsens robots.txt begär {_delay_s(rules):.0f} s mellan sidor, mer än de "
                f"{LONGEST_PAUSE_S:.0f} s som väntas. Spara sidan och ange filen."
            )

    def wait(self, address: Address) -> None:
        """Wait for the host's turn. Raises DocumentRefused when it is to be left alone."""
        host = self._host(address)
        self._enter(host)
        wait_s = host.ready_s - self.clock.monotonic_s()
        if wait_s > 0:
            self.clock.sleep_s(wait_s)

    def done(self, address: Address, *, failed: bool) -> None:
        """Note that a request has ended, and whether the host failed it."""
        host = self._host(address)
        pause_s = max(self.delay_s, _delay_s(host.robots)) if host.robots is not None else self.delay_s
        host.ready_s = self.clock.monotonic_s() + pause_s
        host.failures = host.failures + 1 if failed else 0
        if host.failures >= _FAILURES:
            host.closed = (
                f"Värden {address.host} har svikit {_FAILURES} gånger i rad och lämnas i fred. Försök igen senare."
            )

    def busy(self, address: Address, retry_after: str, *, again: bool) -> None:
        """Note that a host is overloaded. Raises DocumentRefused when it is not worth waiting, or not `again`."""
        host = self._host(address)
        wait_s = self._retry_after_s(retry_after)
        if not again or wait_s > LONGEST_WAIT_S:
            host.closed = f"Värden {address.host} är överlastad och vill lämnas i fred. Försök igen senare."
            self.was_sent_away = True
            raise DocumentRefused(host.closed)
        host.ready_s = self.clock.monotonic_s() + max(wait_s, self.delay_s)

    def closed(self, address: Address) -> str:
        """Why the address's host is left alone for the rest of the run (Swedish); empty when it is not."""
        return self._host(address).closed

    @staticmethod
    def _enter(host: _Host) -> None:
        if host.closed:
            raise DocumentRefused(host.closed)

    def _retry_after_s(self, text: str) -> float:
        """Seconds that a Retry-After header asks for: a number, or a time (RFC 9110, 10.2.3)."""
        if text.strip().isdecimal():
            return float(text)
        try:
            at = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return _USUAL_WAIT_S
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(0.0, (at - self.clock.now()).total_seconds())

    def _host(self, address: Address) -> _Host:
        if address.origin not in self._hosts and len(self._hosts) >= _HOSTS:
            del self._hosts[next(iter(self._hosts))]
        return self._hosts.setdefault(address.origin, _Host())


def _delay_s(rules: Protego) -> float:
    """Seconds between requests that the rules ask for."""
    return float(rules.crawl_delay(AGENT) or 0.0)
