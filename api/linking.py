"""IRIs ↔ paths of the serving host: stored IRIs name the deployment's base, links the host that shows the page."""

from urllib.parse import quote

from ontology.terms import VIP


def local_path(iri: str, base_iri: str) -> str:
    """Where this server shows a resource of its own or a term of the ontology; IRIs of others stay whole.

    >>> local_path("https://vipgraf.example/id/condition/F32", "https://vipgraf.example/")
    '/id/condition/F32'
    >>> local_path("https://w3id.org/vipgraf/ontology/Claim", "https://vipgraf.example/")
    '/ontology/Claim'
    """
    if iri.startswith(VIP):
        return f"/ontology/{iri.removeprefix(VIP)}"
    return f"/{iri.removeprefix(base_iri)}" if iri.startswith(f"{base_iri}id/") else iri


def encode_key(path: str) -> str:
    """The key of a decoded URL path as it stands in IRIs."""
    return quote(path, safe="/-._~")
