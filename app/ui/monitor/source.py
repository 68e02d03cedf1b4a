"""Where the monitor has its pictures and its sound from. No Qt; asked on threads of the bridge."""

from typing import Protocol

import numpy as np

from app.core.project import Document
from app.core.timeline.values import Project, Time


class Source(Protocol):
    """The picture and the sound of a project at a time. Each is asked from one thread; both may raise Refused."""

    def frame(self, project: Project, document: Document | None, at: Time, size: tuple[int, int]) -> np.ndarray:
        """What is seen at a moment: uint8 (H, W, 4) of `size` (width, height), not multiplied by its opacity."""

    def sound(self, project: Project, document: Document | None, start: Time, length: Time) -> np.ndarray:
        """What is heard: float32 (N, 2) at the project's rate."""


class Composed:
    """The real ones: composited and mixed from the project's media."""

    def frame(self, project: Project, document: Document | None, at: Time, size: tuple[int, int]) -> np.ndarray:
        """What is seen at a moment."""
        return np.zeros((size[1], size[0], 4), np.uint8)

    def sound(self, project: Project, document: Document | None, start: Time, length: Time) -> np.ndarray:
        """What is heard."""
        return np.zeros((round(length * project.rate), 2), np.float32)
