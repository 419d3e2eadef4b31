"""How many concerns there were of which school, commitment and kind, and how many were answered in time, by year.

The recipient counts exactly. Everybody else reads what was released once, after the year was over (see `release.py`).
"""
