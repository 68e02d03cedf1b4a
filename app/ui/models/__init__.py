"""The models of the user's own."""

from app.ui.models.panel import ModelsPanel

__all__ = ["ModelsPanel"]
