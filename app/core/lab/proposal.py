"""What a sweep of an engine proposes: which parameters are worth trying, at which values, and by which metrics."""

from engines.contract import EngineCard, Param, Request
from engines.metrics.about import ABOUT, NOTHING

WORTH = ("steps", "guidance", "sampler")  # in this order
MOST = 4  # values of a choice


def axes(card: EngineCard, request: Request) -> list[str]:
    """'steps=6,12,24,48', 'guidance=1,3,6' and 'sampler=...' as far as the engine has them, round the values set."""
    params = {param.name: param for param in card.params}
    found = [(name, values(params[name], request.options.get(name))) for name in WORTH if name in params]
    return [f"{name}={', '.join(each)}" for name, each in found if len(each) > 1]


def values(param: Param, now: object = None) -> list[str]:
    """Values worth trying: steps by doubling, other numbers in equal parts, a few choices."""
    if param.kind == "choice":
        return list(param.choices[:MOST])
    if param.kind not in ("int", "float"):
        return []
    middle = float(now if isinstance(now, int | float) else param.default)  # type: ignore[arg-type]
    shares = (0.25, 0.5, 1, 2) if param.kind == "int" else (1 / 3, 1, 5 / 3)
    low, high = (middle if one is None else float(one) for one in (param.min, param.max))
    found = [min(max(middle * share, low), high) for share in shares]
    if param.kind == "int":
        return [str(one) for one in dict.fromkeys(max(1, round(one)) for one in found)]
    return [f"{one:.3g}" for one in dict.fromkeys(round(one, 2) for one in found)]


def prompts(card: EngineCard, request: Request, most: int = 8) -> list[str]:
    """What is asked for now, and the engine's own examples."""
    found = dict.fromkeys([request.prompt.strip(), *card.info.presets])
    return [one for one in found if one][:most] if "prompt" in card.info.takes else [request.prompt]


def alone(medium: str) -> list[str]:
    """The metrics that say something of a single result of a medium, with nothing beside it."""
    return [name for name in metrics(medium) if ABOUT.get(name, NOTHING).alone]


def metrics(medium: str) -> list[str]:
    """The metrics of a medium, the one that answers most without anything else first, and last those whose usual
    networks do not ship."""
    from engines.metrics.evaluation import METRICS  # when it is asked for: the window is there sooner
    from engines.metrics.nets import NETS

    order = ("words", "set", "sets", "pairs")

    def late(name: str) -> tuple[bool, int]:
        usual = NETS.get(next(iter(METRICS[name].features), ""))
        return usual is not None and usual.wanted is not None, order.index(METRICS[name].needs)

    return sorted((name for name, metric in METRICS.items() if metric.medium == medium), key=late)
