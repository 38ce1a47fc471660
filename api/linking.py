"""IRIs ↔ paths of the serving host: stored IRIs name the deployment's base, links the host that shows the page."""

from urllib.parse import quote


def local_path(iri: str, base_iri: str) -> str:
    """Where this server shows a resource: the part of its IRI after the base; IRIs of others stay whole.

    >>> local_path("https://vipgraf.example/id/condition/F32", "https://vipgraf.example/")
    '/id/condition/F32'
    """
    return f"/{iri.removeprefix(base_iri)}" if iri.startswith(f"{base_iri}id/") else iri


def encode_key(path: str) -> str:
    """The key of a decoded URL path as it stands in IRIs."""
    return quote(path, safe="/-._~")
