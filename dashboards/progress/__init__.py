"""Commitments measured from the records themselves: each key of `commitments.measure_kinds` has its function here.

watch.py     who looks, and which schools are counted for them
counting.py  from commitments to numbers: a fixed number of queries, however many commitments there are
readings.py  numbers as readings: kept or not, exactly; progress from baseline to target
forecast.py  where it leads at the present pace (pure)
breaches.py  the clock's jobs: which records break a rule, and which rule is broken over a period
board.py     all commitments of a reader as frozen rows, for page, endpoint and files
"""
