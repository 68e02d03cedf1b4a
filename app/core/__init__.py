"""Values and files; no Qt, no torch."""
