"""What people of a circle say themselves, by an expiring link: a worksheet before it, a short survey after it."""
