"""Tools of measurement that every family uses."""
