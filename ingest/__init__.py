"""How text becomes statements: reading, Swedish analysis, linking, and the way into the graph."""
