"""The history."""

from app.ui.history.panel import HistoryPanel

__all__ = ["HistoryPanel"]
