"""Darkroom, the desktop program. No torch anywhere below here."""
