"""Concerns: filed by anybody, received by an ombuds outside the chain, answered by a day; who spoke stays sealed."""
