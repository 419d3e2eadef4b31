"""Restorative offers: to whom something restorative was offered before a removal, and who accepted it."""
