"""Files on disk: written whole or not at all, and read without ever running code."""
