"""The denoise timeline."""

from app.ui.timeline.panel import Timeline

__all__ = ["Timeline"]
