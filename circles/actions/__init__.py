"""The verbs of restorative circles: every write, with its audit event, in one transaction."""
