"""What each step of this floor asks for, at its page and at its endpoint."""
