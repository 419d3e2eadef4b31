"""What happened, after a concern, to whoever filed it or to the child it is about: for the ombuds alone.

Nothing here is stored but what the ombuds noted, sealed. It is put together anew at each look, from what was sealed of
the concern and from the records of every floor.
"""
