"""Engines run in the test's own process."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch

from engines.contract import Checkpoint, Request, Result, Step
from engines.pipelines import schema
from engines.pipelines.engine import Pipeline
from engines.shelf import Model
from tests.tiny.pipelines import folder


def engine_of(name: str, root: Path) -> Pipeline:
    """The engine of the small pipeline of that family below `root`."""
    found = schema.described(folder(name, root))
    assert isinstance(found, Model)
    return Pipeline(found.card)


def aligned(engine: Pipeline) -> Pipeline:
    """The engine with its weights loaded and evened."""
    engine.warm()
    evened(engine._parts.values())
    return engine


def evened(parts: Iterable[Any]) -> None:
    """Have each weight begin where a processor's vectors do. As they lie in a file they may begin elsewhere, and some
    processors then add up in another order: the last bit differs."""
    for part in parts:
        for weight in part.parameters() if isinstance(part, torch.nn.Module) else ():
            weight.data = weight.data.clone()


def ended(engine: Any, request: Request) -> Result:
    """What the run ends with; nobody looks at its steps."""
    (result,) = [event for event in engine.generate(request) if isinstance(event, Result)]
    return result


def followed(engine: Any, request: Request) -> tuple[list[Checkpoint], Result]:
    """The checkpoint of every step, and what the run ends with."""
    kept, result = [], None
    for event in engine.generate(request):
        if isinstance(event, Step):
            assert event.checkpoint is not None
            kept.append(event.checkpoint())
        elif isinstance(event, Result):
            result = event
    assert result is not None
    return kept, result
