"""Verbs about concerns: filing, the work of the recipient, the words of whoever filed, the clock, purging."""
