"""Who can hold a circle, school by school: the coverage of training and certification."""
