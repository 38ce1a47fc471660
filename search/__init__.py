"""How a question is answered: three retrievers over a release, their fusion, and grounded answers."""
