"""The program monitor of the timeline along time."""

from app.ui.monitor.panel import Monitor

__all__ = ["Monitor"]
