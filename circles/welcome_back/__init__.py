"""The plan with which a student comes back, on the page of the case and through the API."""
