"""The properties of what is selected on the timeline along time."""

from app.ui.inspector.panel import Inspector

__all__ = ["Inspector"]
