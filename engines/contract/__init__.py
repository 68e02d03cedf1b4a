"""The shared words: a request goes in, a stream of events comes out.

Everything here is a plain value: the front end, the command line and the worker all speak it. Standard library, numpy
and msgspec only, so that importing it costs nothing.
"""

from engines.contract.checks import LARGEST, check, complete, ready
from engines.contract.engine import (
    AdapterKind,
    ControlKind,
    Engine,
    EngineCard,
    Info,
    Lend,
    Lent,
    Need,
    Param,
    Score,
    param,
    params_of,
)
from engines.contract.events import Estimate, Event, Failure, Phase, Refused, Result, Step, Stopped
from engines.contract.media import MEDIUMS, Audio, Image, Media, Medium, Mesh, Notes, Video, medium_of
from engines.contract.request import (
    HEAVIEST,
    MOST_REGIONS,
    STRONGEST,
    Adapter,
    Checkpoint,
    Control,
    Curve,
    Fill,
    Region,
    Request,
    Value,
)

__all__ = [
    "HEAVIEST",
    "LARGEST",
    "MEDIUMS",
    "MOST_REGIONS",
    "STRONGEST",
    "Adapter",
    "AdapterKind",
    "Audio",
    "Checkpoint",
    "Control",
    "ControlKind",
    "Curve",
    "Engine",
    "EngineCard",
    "Estimate",
    "Event",
    "Failure",
    "Fill",
    "Image",
    "Info",
    "Lend",
    "Lent",
    "Media",
    "Medium",
    "Mesh",
    "Need",
    "Notes",
    "Param",
    "Phase",
    "Refused",
    "Region",
    "Request",
    "Result",
    "Score",
    "Step",
    "Stopped",
    "Value",
    "Video",
    "check",
    "complete",
    "medium_of",
    "param",
    "params_of",
    "ready",
]
