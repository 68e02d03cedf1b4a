"""The panel of the timeline along time: tracks of clips, their curves, markers and tempo."""

from app.ui.sequence.panel import Sequence

__all__ = ["Sequence"]
