"""My desk: what waits for one person, ordered by consequence. Each floor's sources stand in a module of their own."""
