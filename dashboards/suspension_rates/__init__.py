"""Suspension rates: who is removed, out of whom, and how much more often than others."""
