"""Small values the tests of the core share."""

from pathlib import Path

import numpy as np

from app.core import job as jobs
from app.core.library import Library
from app.core.settings import Folders
from engines.contract import Audio, Checkpoint, Image, Media, Mesh, Request, Result, Video


def folders(root: Path) -> Folders:
    return Folders(config=root / "config", data=root / "data", gallery=root / "gallery")


def request(prompt: str = "a red apple", seed: int = 1, **fields) -> Request:
    return Request(engine="tiny/picture", prompt=prompt, seed=seed, **fields)


def checkpoint(step: int = 3, total: int = 10) -> Checkpoint:
    return Checkpoint(step, total, 0.5, "euler/linear", {"x": np.full((2, 3), step, np.float32)}, {"h": 0.5})


def result(seed: int = 0, medium: str = "image") -> Result:
    random = np.random.default_rng(seed)
    made: dict[str, Media] = {
        "image": Image(random.integers(0, 255, (12, 16, 3), np.uint8)),
        "audio": Audio(random.uniform(-0.5, 0.5, (800, 1)).astype(np.float32), 8000),
        "video": Video(random.integers(0, 255, (4, 16, 16, 3), np.uint8), 8.0),
        "mesh": Mesh(np.eye(4, 3, dtype=np.float32), np.array([[0, 1, 2], [0, 2, 3]], np.int32)),
    }
    return Result(made[medium], {"nfe": 10, "seconds": 1.5})


def make(library: Library, wish: Request, medium: str = "image", **parent) -> jobs.Job:
    """A finished job of `wish`, saved."""
    (job,) = library.queue.add([wish], **parent)
    job = jobs.advance(job, jobs.Started(job.id))
    library.queue.save(job)
    return library.save(job, result(wish.seed, medium))
