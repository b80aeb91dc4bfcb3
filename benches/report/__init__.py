"""Results for people: on the terminal, and as a page of the documentation."""
