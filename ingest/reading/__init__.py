"""A file or page → a document: its text, its parts, and what it says of itself."""
