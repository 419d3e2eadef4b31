"""What people say when they take a step: the fields of pages and endpoints alike."""
