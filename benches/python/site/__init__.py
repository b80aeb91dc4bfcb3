"""The site that the servers run: a view for each contestant, and little else."""
