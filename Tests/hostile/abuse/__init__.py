"""Peers that are slow, silent, flooding or all back at once. Each is a function that takes a server and its own size,
and returns a `Row`: what was measured, and what of it should not be."""
