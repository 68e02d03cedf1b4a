"""Blind ratings in the window: a new set, the page one chooses on, the result."""

from app.ui.rate.ways import RateWays

__all__ = ["RateWays"]
