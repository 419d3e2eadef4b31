"""Patterns: when, where, over what and of whom referrals and removals are made."""
