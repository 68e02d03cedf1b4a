"""Widgets; each gets the studio in its constructor; none knows another."""
