"""Letters to families: templates as data, filled in for one recipient, kept as they were sent."""
