"""`darkroom generate --estimate`: what a request would take, without making it or loading any weights."""

from app.cli.make import Bench
from app.cli.progress import spoken
from app.core import forecast
from app.core.forecast import Forecast
from engines.contract import EngineCard, Estimate, Request
from engines.wire import Gauge, Gauged


def say(tools: Bench, card: EngineCard, request: Request) -> int:
    """Ask the engine, look at earlier runs, and say both."""
    answer = tools.host.ask(Gauge(1, forecast.bare(request)), 600.0)
    told = answer.estimate if isinstance(answer, Gauged) and answer.estimate else Estimate()
    found = forecast.forecast(forecast.load(tools.folders.paces), card, request, told)
    row = {"seconds": found.seconds, "loading": found.loading, "memory": found.memory, "plan": found.plan}
    tools.progress.event("estimate", **row, free=told.free)
    tools.progress.say(sentence(found, told))
    return 0


def sentence(found: Forecast, told: Estimate) -> str:
    """'About 12 s and 5.0 s to load, 3.1 GB of 24.0 GB free. All of the model stays on the GPU.'"""
    time = "No earlier run yet, so the first one will tell the time"
    if found.seconds is not None:
        loading = f" and {spoken(found.loading)} to load" if found.loading >= 0.5 else ""
        time = f"About {spoken(found.seconds)}{loading}"
    memory = f"; {_size(found.memory)} of memory" if found.memory else ""
    free = f", {_size(told.free)} free" if told.free else ""
    return f"{time}{memory}{free}. {found.plan}".rstrip()


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(1, round(count / 1e6))} MB"
