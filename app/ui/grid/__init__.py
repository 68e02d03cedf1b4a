"""Grids: what is changed along which side, and the sheet that fills."""

from app.ui.grid.dialog import GridDialog

__all__ = ["GridDialog"]
