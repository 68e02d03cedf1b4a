"""Jobs run through the real host, as the window runs them, and what is there to run."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from app.host import Host
from engines import registry
from engines.contract import Request, Result
from engines.wire import Failed, Finished, Generate, Halted, Phased, Stepped

TINY = Path(__file__).resolve().parents[1] / "tiny"
STARTER = Request(engine="image/sticker", prompt="a red apple", seed=7, size=(512, 512))
MISSING = "The weights of image/sticker are not there, so nothing was measured; train or fetch them first."


def host() -> Host:
    """A host whose worker knows the tiny engines too."""
    return Host(env={"DARKROOM_PLUGINS": str(TINY)})


def starter_is_there() -> bool:
    """Whether image/sticker has its weights."""
    card = registry.listing().cards.get(STARTER.engine)
    return card is not None and not card.missing


def denoising_time(host: Host, order: Generate, previews: bool) -> float:
    """Seconds from the start of the denoising to the result; with `previews` one is asked for at every step."""
    began = time.perf_counter()
    for news in host.run(order):
        if isinstance(news, Phased) and news.phase.name == "denoising":
            began = time.perf_counter()
        if previews and isinstance(news, Phased | Stepped):
            host.credit(order.job)
        if isinstance(news, Failed):
            raise RuntimeError(news.failure.sentence)
    return time.perf_counter() - began


def stopped(host: Host, order: Generate, at: int) -> tuple[int, float]:
    """Stop a job once step `at` is heard of: how many steps still came, and the seconds until it had stopped."""
    late, asked = -1, 0.0
    for news in host.run(order):
        if isinstance(news, Stepped):
            late += late >= 0
            if news.index == at:
                late, asked = 0, time.perf_counter()
                host.stop(order.job)
        elif isinstance(news, Halted):
            return late, time.perf_counter() - asked
        elif isinstance(news, Finished | Failed):
            raise RuntimeError(f"the job was over before it could be stopped: {news}")
    raise RuntimeError("the job had no end")


def clean_environment(home: str) -> dict[str, str]:
    """The environment of a first start: everything of Darkroom's below `home`, no screen unless one is named."""
    platform = {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    return {**os.environ, **platform, "DARKROOM_HOME": home, "DARKROOM_PLUGINS": str(TINY)}


def events(engine: object, request: Request) -> Iterator[object]:
    """The events of an engine in this process, up to and with its result."""
    for event in engine.generate(request):  # type: ignore[attr-defined]
        yield event
        if isinstance(event, Result):
            return
