"""How far restorative practice has come, school by school: the board of the district's leadership.

The stage of a school is somebody's dated decision with its evidence; what the figures would fit is a hint beside it.
"""
