"""A child that was sent home, as a concern says: passed on with the reporter's leave, found by the school or not."""
