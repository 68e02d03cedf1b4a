"""The stage and its viewers."""

from app.ui.stage.stage import Stage

__all__ = ["Stage"]
