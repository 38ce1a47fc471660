"""What somebody wrote as an address → the parts that are asked for, and what of it may be shown and kept.

One parser serves the check, the request and the names, so that no two readings of an odd address can differ. What a
query or a path carries of keys to a session is sent to the server that gave it, and stands nowhere else.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit

import idna

from ontology.errors import DocumentRefused
from ontology.privacy import redact

MAX_LENGTH = 2_000
_PORTS = {"http": 80, "https": 443}
_PATH_CHARACTERS = "/%:@!$&'*+(),;=~-._"
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\\]")
_SECRET = re.compile(
    r"token|secret|passw|signature|session|sessid|credential|(?:api|access)[-_.]?key"
    r"|(?<![a-z])(?:auth|jwt|pwd|sid|sig|ticket)(?![a-z])",
    re.IGNORECASE,
)
"""A parameter of such a name opens something for the one who has it."""
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
_SITEMAP = re.compile(r"[^/]*sitemap[^/]*\.(?:xml|txt)(?:\.gz)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """An http(s) address in normal form, without user and fragment; everything in ASCII."""

    scheme: str
    host: str
    """Lower case; an internationalised name in Punycode, an IPv6 address without brackets."""
    port: int
    path: str
    query: str

    @property
    def origin(self) -> str:
        """Scheme, host and, where it is not the usual one, port: what robots.txt and politeness are about."""
        return f"{self.scheme}://{self.authority}"

    @property
    def authority(self) -> str:
        """Host and unusual port, as a Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def target(self) -> str:
        """Path and query: what is asked of the host."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def url(self) -> str:
        """The whole address, to be sent and compared, never shown: the query may hold secrets."""
        return self.origin + self.target


def is_address(text: str) -> bool:
    """Whether a command-line argument is an address rather than a path.

    >>> is_address("https://exempel.se/a"), is_address("ftp://exempel.se/a"), is_address("sidor/a.html")
    (True, True, False)
    """
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", text) is not None


def parse_address(text: str) -> Address:
    """Read an address. Raises DocumentRefused, saying why, for one that is not to be asked for.

    >>> parse_address("HTTPS://Kunskapsstöd.se:443/vård/./a b/../c?x=1#del").url
    'https://xn--kunskapsstd-0fb.se/v%C3%A5rd/c?x=1'
    """
    text = text.strip().partition("#")[0]
    if len(text) > MAX_LENGTH:
        raise DocumentRefused(f"Adressen är längre än {MAX_LENGTH} tecken. Ange en kortare.")
    if _FORBIDDEN.search(text) or _FORBIDDEN.search(unquote(text)):
        raise DocumentRefused("Adressen innehåller styrtecken eller omvända snedstreck. Skriv om den.")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise DocumentRefused("Adressen går inte att tolka. Skriv den som https://värd/sökväg.") from error
    if parts.scheme not in _PORTS:
        raise DocumentRefused("Bara adresser som börjar med http:// eller https:// hämtas.")
    if "@" in parts.netloc:
        raise DocumentRefused("Adressen innehåller användarnamn eller lösenord. Ange den utan.")
    if redact(unquote(text)) != unquote(text):
        raise DocumentRefused("Adressen innehåller ett personnummer. Spara sidan och ange filen i stället.")
    return Address(
        scheme=parts.scheme,
        host=_host(host),
        port=_PORTS[parts.scheme] if port is None else port,
        path=_path(parts.path),
        query=quote(parts.query, safe=_PATH_CHARACTERS + "?"),
    )


def redirected(address: Address, location: str) -> Address:
    """Where a redirect leads. Raises DocumentRefused when that is nowhere, or from https to http."""
    if not location:
        raise DocumentRefused("Servern hänvisar vidare utan att säga vart.")
    if location.startswith(("http:", "https:")) and not is_address(location):
        raise DocumentRefused("Servern hänvisar vidare till en adress som inte går att tolka.")
    try:
        target = parse_address(urljoin(address.url, location))
    except (DocumentRefused, ValueError) as error:
        reason = error if isinstance(error, DocumentRefused) else "Den går inte att tolka."
        raise DocumentRefused(f"Servern hänvisar vidare till en adress som inte hämtas: {reason}") from error
    if address.scheme == "https" and target.scheme == "http":
        raise DocumentRefused("Servern hänvisar från https till http, som vem som helst kan ändra på vägen.")
    return target


def public_url(address: Address) -> str:
    """The address as it may be published and logged: without parameters that are keys to something.

    >>> public_url(parse_address("https://exempel.se/a;jsessionid=1?id=7&access_token=hemligt"))
    'https://exempel.se/a?id=7'
    """
    query = public_query(address)
    path = _SESSION_IN_PATH.sub("", address.path)
    return f"{address.origin}{path}{'?' if query else ''}{query}"


def public_query(address: Address) -> str:
    """The query without parameters that are keys to something."""
    return "&".join(
        part for part in address.query.split("&") if part and not _SECRET.search(unquote(part.partition("=")[0]))
    )


def identifier(address: Address) -> str:
    """The identifier of the document at an address: host and path, the same for http and https.

    What else of the query tells documents apart enters as a digest, since a query has no place in an identifier.

    >>> identifier(parse_address("https://exempel.se/v%C3%A5rd/adhd.html"))
    'exempel.se/vård/adhd.html'
    >>> identifier(parse_address("https://exempel.se/sida?id=7"))
    'exempel.se/sida~f422c82d'
    """
    path = unicodedata.normalize("NFC", unquote(_SESSION_IN_PATH.sub("", address.path))).rstrip("/")
    query = public_query(address)
    mark = f"~{hashlib.sha256(query.encode()).hexdigest()[:8]}" if query else ""
    return address.authority.replace(":", "_").replace("[", "").replace("]", "") + path + mark


def shown(text: str) -> str:
    """What a listing may say of an address that may be unusable: no user, query or fragment, no identity number."""
    bare = re.sub(r"(?<=://)[^/]*@", "", re.split(r"[?#]", text.strip(), maxsplit=1)[0])[:200]
    return redact(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", unquote(_SESSION_IN_PATH.sub("", bare))))


def is_sitemap(address: Address) -> bool:
    """Whether an address is that of a sitemap, or of the robots.txt that names some, rather than of a page."""
    name = address.path.rpartition("/")[2]
    return _SITEMAP.fullmatch(name) is not None or address.path == "/robots.txt"


def is_same_site(one: Address, other: Address) -> bool:
    """Whether two addresses are on the same host, a leading `www.` aside."""
    return one.host.removeprefix("www.") == other.host.removeprefix("www.")


def _host(host: str) -> str:
    if not host:
        raise DocumentRefused("Adressen saknar värdnamn. Skriv den som https://värd/sökväg.")
    if ":" in host:
        return host.lower()
    try:
        return idna.encode(host.rstrip("."), uts46=True).decode().lower()
    except idna.IDNAError as error:
        raise DocumentRefused("Adressens värdnamn går inte att tolka. Kontrollera stavningen.") from error


def _path(path: str) -> str:
    """The path in ASCII, its dot segments resolved (RFC 3986, 5.2.4), since robots.txt is matched against it."""
    kept: list[str] = []
    segments = re.sub("%2[eE]", ".", quote(path, safe=_PATH_CHARACTERS)).split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)
