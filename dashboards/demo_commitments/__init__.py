"""The demo's co-governance, in the shape of Paterson, New Jersey: a board's rule, a milestone, a coverage target, an
assembly whose resolution was adopted in part, a task force with community seats, and what followed a broken promise.

Everything is made by the verbs that people use, on fixed days or days counted from today; the same day gives the same
records. Names of people are those of the demo's generator.
"""

from .seeding import is_there, seed_commitments

__all__ = ["is_there", "seed_commitments"]
