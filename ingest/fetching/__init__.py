"""Addresses → documents on disk, politely and safely."""
