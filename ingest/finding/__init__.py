"""A document → what it names, recommends and claims."""
