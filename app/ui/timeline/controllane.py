"""The lanes of what is added to a run: how strongly a control input or a LoRA acts over the steps."""

import msgspec

from app.studio import Studio
from app.ui.declared import said, words
from app.ui.timeline.axis import Axis
from app.ui.timeline.lane import Lane
from app.ui.timeline.laneview import NOTHING
from engines.contract import HEAVIEST, STRONGEST, AdapterKind, ControlKind, Curve, Info, Param, Request

GRAIN = 0.05
Added = ControlKind | AdapterKind


class AddedLane(Lane):
    """As the lane of an option, but of the strength that one thing in the draft's list `field` has."""

    def __init__(self, studio: Studio, kind: Added, axis: Axis) -> None:
        control = isinstance(kind, ControlKind)
        self.field, self.by, self.how = ("controls", "kind", "strength") if control else ("adapters", "name", "weight")
        self.key = kind.kind if isinstance(kind, ControlKind) else kind.name
        super().__init__(studio, strength_of(kind), axis)
        self.title = kind.title or words(kind.kind if isinstance(kind, ControlKind) else kind.name)
        self.setAccessibleName(self.tr("%1 over the steps").replace("%1", self.title))

    def read(self, request: Request) -> tuple[float, Curve | None]:
        """The strength in a request: a number, which of a curve is its first value."""
        found = (getattr(one, self.how) for one in getattr(request, self.field) if getattr(one, self.by) == self.key)
        strength = next(found, 1.0)
        return (strength.at(0.0), strength) if isinstance(strength, Curve) else (strength, None)

    def set_curve(self, curve: Curve | None, selected: int = NOTHING) -> None:
        self.selected = selected
        self._give(self.constant if curve is None else curve)

    def set_constant(self, value: float) -> None:
        self._give(float(value))

    def restore(self) -> None:
        self.selected = NOTHING
        self._give(1.0)

    def _give(self, strength: float | Curve) -> None:
        changed = tuple(
            msgspec.structs.replace(one, **{self.how: strength}) if getattr(one, self.by) == self.key else one
            for one in getattr(self.studio.draft, self.field)
        )
        self.studio.edit(**{self.field: changed})
        self.refresh()


def strength_of(kind: Added) -> Param:
    """The strength of it, declared as an option is; no option has such a name."""
    if isinstance(kind, ControlKind):
        name, low, high, help = f"control {kind.kind}", 0.0, STRONGEST, said(kind.help)
    else:
        name, low, high, help = f"adapter {kind.name}", -HEAVIEST, HEAVIEST, kind.title
    return Param(name, "float", 1.0, min=low, max=high, step=GRAIN, help=help, curve=True)


def added(info: Info, draft: Request) -> list[Added]:
    """What of a model's controls and LoRAs the draft uses."""
    controls, adapters = {one.kind for one in draft.controls}, {one.name for one in draft.adapters}
    found: list[Added] = [kind for kind in info.controls if kind.kind in controls]
    return found + [kind for kind in info.adapters if kind.name in adapters]
