"""How long every engine takes for its default job, and how soon its first preview comes, in a worker that is warm."""

import itertools
import tempfile
import time
from collections.abc import Iterator

import numpy as np

from app.host import Host
from engines import registry
from engines.contract import Audio, EngineCard, Image, Request
from engines.wire import Failed, Generate, Phased, Stepped
from tests.benchmarks import jobs
from tests.benchmarks.row import Row

WHOLE, FIRST = 30.0, 2.0  # seconds: the goals
SEED = 7


def rows() -> list[Row]:
    """Two rows for each engine that has its weights."""
    cards = [card for _, card in sorted(registry.listing().cards.items()) if not card.missing]
    with tempfile.TemporaryDirectory() as folder, jobs.host() as host:
        return [row for card in cards for row in measured(host, card, folder)]


def measured(host: Host, card: EngineCard, folder: str) -> Iterator[Row]:
    """The engine's job as somebody would first run it."""
    name, request = card.info.name, job_of(card)
    warm(host, request)
    first, whole = timed(host, Generate(next(_NUMBERS), request, folder))
    yield Row(f"default job, {name}", whole, None, "s", WHOLE)
    yield Row(f"first preview, {name}", first, None, "s", FIRST)


def job_of(card: EngineCard) -> Request:
    """The first preset with the default options; something to begin from where the engine needs it."""
    request = Request(engine=card.info.name, seed=SEED)
    if "prompt" in card.info.takes and card.info.presets:
        request = Request(engine=card.info.name, seed=SEED, prompt=card.info.presets[0])
    elif "prompt" not in card.info.takes and "start" in card.info.takes:
        request = Request(engine=card.info.name, seed=SEED, start=start(card.info.medium))
    return request


def start(medium: str) -> Image | Audio:
    """A picture of two colours, or a tone of a second."""
    if medium == "audio":
        return Audio(0.5 * np.sin(np.arange(44_100, dtype=np.float32) / 16)[:, None], 44_100)
    pixels = np.full((32, 32, 4), (0, 0, 0, 0), np.uint8)
    pixels[6:26, 8:24] = (190, 60, 40, 255)
    return Image(pixels)


def warm(host: Host, request: Request) -> None:
    """Run the job to its first step, so that weights and kernels are loaded."""
    number = next(_NUMBERS)
    for news in host.run(Generate(number, request)):
        if isinstance(news, Failed):
            raise RuntimeError(news.failure.sentence)
        if isinstance(news, Stepped):
            host.stop(number)


def timed(host: Host, order: Generate) -> tuple[float, float]:
    """Seconds from the order to the first preview, and to the result."""
    began, first = time.perf_counter(), 0.0
    for news in host.run(order):
        if isinstance(news, Failed):
            raise RuntimeError(news.failure.sentence)
        if isinstance(news, Phased):
            host.credit(order.job)
        if isinstance(news, Stepped) and news.preview is not None and not first:
            first = time.perf_counter() - began
    whole = time.perf_counter() - began
    return first or whole, whole


_NUMBERS = itertools.count(1)
