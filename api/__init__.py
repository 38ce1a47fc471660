"""How one speaks to it: command line and HTTP; the only place that reads settings and wires the rooms together."""
