"""One module for each subject of `python -m bench`; each has `measure(context)`."""
