"""What is said: the RDF store, its named queries, releases and the SPARQL service."""
