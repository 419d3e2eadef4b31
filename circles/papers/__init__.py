"""What is printed of a circle: the sheet of whoever keeps it, and each party's own copy of the agreement."""
