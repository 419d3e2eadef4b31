"""What can be done with each record of this floor: one list for pages, endpoints and what a record's page offers."""
