"""The page of a family by an expiring link: what was recorded about their child, rights, and what they may ask."""
