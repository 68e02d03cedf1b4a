"""The curve editor of the timeline along time."""

from app.ui.curves.panel import Curves

__all__ = ["Curves"]
