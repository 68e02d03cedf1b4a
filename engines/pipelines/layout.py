"""Choosing the plan of a model for each request, and the next one where memory ran out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engines import device, shelf
from engines.contract import Estimate, Request
from engines.files import index, weights
from engines.files.weights import Tensor
from engines.pipelines import facts, placing, plan, precision, schema, sizes
from engines.pipelines.folder import Folder
from engines.pipelines.plan import Plan


class Layout:
    """What is known of the memory a model takes: of its headers, and of where it has run out."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.parts = sizes.parts_of(folder)
        self._nets: dict[str, plan.Part] = {}
        self._short: dict[Plan, int] = {}  # where memory ran out: with how much work

    def chosen(self, request: Request, parts: Any = ()) -> Plan:
        """The plan for `request`, the weights among `parts` being loaded already."""
        kind = device.kind()
        task, wish = self.task(request), str(request.options.get("memory", plan.AUTOMATIC))
        free = device.free(placing.held(parts, kind))
        works = tuple(one for one in self.plans() if self._short.get(one, _work(task) + 1) > _work(task))
        return plan.chosen(task, wish, kind, free, works or self.plans()[-1:])

    def cheaper(self, request: Request, failed: Plan) -> Plan | None:
        """The plan after `failed`, with which memory ran out; None when there is none."""
        task, plans = self.task(request), self.plans()
        found = plan.cheaper(task, failed, device.kind(), plans)
        passed = plans[: plans.index(found)] if found in plans else plans
        for one in {failed, *passed}:
            self._short[one] = min(self._short.get(one, _work(task)), _work(task))
        return found

    def estimate(self, request: Request, parts: Any = ()) -> Estimate:
        """The memory `request` takes, and the plan for it in words."""
        found, kind = self.chosen(request, parts), device.kind()
        needed = plan.need(self.task(request), found, kind)
        return Estimate(needed, plan.sentence(found, kind), device.free(placing.held(parts, kind)))

    def task(self, request: Request) -> plan.Task:
        """What of the model and the request the memory depends on."""
        import torch

        dtype = precision.of(str(request.options.get("precision", "automatic")), device.best())
        width = torch.empty((), dtype=dtype).element_size()
        nets = {f"controlnet {n}": self._net(control.kind) for n, control in enumerate(request.controls)}
        return plan.Task(self.parts | nets, width, sizes.work_of(self.folder, request, width))

    def plans(self) -> tuple[Plan, ...]:
        """The ladder of this model on this device."""
        kind = self.folder.kind()
        tiles = placing.tiles(self.folder.class_of("vae")) if "vae" in self.folder.components else False
        turns = any(placing.turns(one) for one in (kind, *facts.tasks(kind).values()))
        return plan.ladder(device.kind(), tiles, turns)

    def _net(self, name: str) -> plan.Part:
        """The ControlNet or adapter of that name on the shelf; of a network for several maps 'name/map'."""
        if name not in self._nets:
            own = {control.kind for control in schema.own_controls(self.folder.kind())}
            part = None if name in own else shelf.parts(shelf.folder()).get(name.partition("/")[0])
            self._nets[name] = sizes.of_net(_tensors(Path(part.origin)) if part else [])
        return self._nets[name]


def _tensors(path: Path) -> list[Tensor]:
    """What the headers of a file or folder of weights hold."""
    headers = index.component(path).values() if path.is_dir() else [weights.header(path)]
    return [tensor for header in headers for tensor in header.tensors.values()]


def _work(task: plan.Task) -> int:
    return max(task.work.step, task.work.decode)
