"""What people said in the survey after a circle: by part in the circle, school and year, never of fewer than ten."""
