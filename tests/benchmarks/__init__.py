"""What the program costs, measured; each file prints its rows when run."""
