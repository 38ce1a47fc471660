"""What may be said: the ontology, its vocabularies and shipped knowledge, and the types that mirror it."""
