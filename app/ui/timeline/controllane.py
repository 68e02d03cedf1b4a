"""The lane of a control input: how strongly it acts over the steps."""

import msgspec

from app.studio import Studio
from app.ui.declared import said, words
from app.ui.timeline.axis import Axis
from app.ui.timeline.lane import Lane
from app.ui.timeline.laneview import NOTHING
from engines.contract import STRONGEST, ControlKind, Curve, Param, Request

GRAIN = 0.05


class ControlLane(Lane):
    """As the lane of an option, but of the strength that the draft's control input of one kind has."""

    def __init__(self, studio: Studio, kind: ControlKind, axis: Axis) -> None:
        self.kind = kind.kind
        super().__init__(studio, strength_of(kind), axis)
        self.title = words(kind.kind)
        self.setAccessibleName(self.tr("%1 over the steps").replace("%1", self.title))

    def read(self, request: Request) -> tuple[float, Curve | None]:
        """The strength of a request's control of this kind: a number, which of a curve is its first value."""
        strength = next((one.strength for one in request.controls if one.kind == self.kind), 1.0)
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
        changed = (
            msgspec.structs.replace(one, strength=strength) if one.kind == self.kind else one
            for one in self.studio.draft.controls
        )
        self.studio.edit(controls=tuple(changed))
        self.refresh()


def strength_of(kind: ControlKind) -> Param:
    """The strength of a control input, declared as an option is; no option has such a name."""
    name = f"control {kind.kind}"
    return Param(name, "float", 1.0, min=0.0, max=STRONGEST, step=GRAIN, help=said(kind.help), curve=True)
