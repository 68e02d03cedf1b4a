"""The queue."""

from app.ui.queue.panel import QueuePanel

__all__ = ["QueuePanel"]
