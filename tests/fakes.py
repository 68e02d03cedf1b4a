"""A host without a worker: the same words, spoken from a script, with a small real computation behind them."""

import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from engines import shelf, wire
from engines.contract import (
    Checkpoint,
    ControlKind,
    EngineCard,
    Estimate,
    Failure,
    Image,
    Info,
    Param,
    Phase,
    Request,
    Result,
    Score,
)
from engines.files import media
from engines.files.steps import StepRow, StepStore

PICTURE = EngineCard(
    Info(
        name="image/fake",
        title="Fake pictures",
        summary="Numbers that add up.",
        medium="image",
        family="none",
        takes=("prompt", "negative", "seed", "size", "start", "resume"),
        sizes=((16, 16), (32, 16)),
        controls=(ControlKind("edges", "image"),),
        tokens=8,
        decodes=True,
        score=Score("bits per pixel", "bits per pixel"),
    ),
    (
        Param("steps", "int", 6, min=1, max=100),
        Param("guidance", "float", 3.0, min=0, max=20, curve=True),
        Param("sampler", "choice", "euler", choices=("euler", "heun")),
    ),
)
OTHER = EngineCard(
    Info(name="image/other", title="Other", summary="", medium="image", family="none", takes=("prompt", "seed")),
    (Param("steps", "int", 3, min=1, max=50),),
)
CARDS = {card.info.name: card for card in (PICTURE, OTHER)}


class Host:
    """Speaks as `app.host.Host` does. `gate`, when given, is asked before each step and may block; words in a prompt
    make it misbehave: 'die' at step 2 as a killed worker, 'nan' as a bad output, 'short' as one that has a
    warning, 'boom' as a host that is broken. `models` is the shelf it puts on what it opens."""

    def __init__(
        self,
        gate: Callable[[int, int], None] | None = None,
        cards: dict[str, EngineCard] = CARDS,
        models: Path | None = None,
    ) -> None:
        self.gate = gate or (lambda job, step: None)
        self.cards = dict(cards)
        self.models = models
        self.orders: list[Any] = []
        self.judges: list[Host] = []
        self.credits: list[int] = []
        self.previews = itertools.count()
        self._stops: dict[int, bool] = {}
        self._closed = threading.Event()

    def hello(self) -> wire.Hello:
        return wire.Hello(1, {"fake": "1"}, tuple(self.cards.values()))

    def another(self) -> "Host":
        made = Host(self.gate, self.cards)
        self.judges.append(made)
        return made

    def run(self, order: wire.Generate | wire.Measure) -> Iterator[wire.News]:
        self.orders.append(order)
        if isinstance(order, wire.Measure):
            yield from self._measure(order)
            return
        job, request = order.job, order.request
        self._stops.pop(job, None)
        if "boom" in request.prompt:
            raise RuntimeError("the host is broken")
        yield wire.Phased(job, Phase("denoising", None, "Memory ran out." if "short" in request.prompt else ""))
        store = StepStore(order.store) if order.store else None
        if store is not None and request.resume is None:
            store.restart()
        state, first, total = begin(request)
        checkpoint = request.resume
        for step in range(first + 1, total + 1):
            self.gate(job, step)
            if self._closed.is_set():
                return
            if job in self._stops:
                yield wire.Halted(job, checkpoint if self._stops[job] else None)
                return
            if "die" in request.prompt and step == 2:
                yield wire.Failed(job, Failure("died", "The engine was ended by the signal SIGKILL."))
                return
            state = advance(state, request, step)
            checkpoint = Checkpoint(step, total, 1 - step / total, "fake", {"x": state})
            yield self._step(job, store, state, checkpoint)
        if "nan" in request.prompt:
            yield wire.Failed(job, Failure("bad-output", "Nothing usable came out."))
            return
        yield wire.Finished(job, Result(picture(state), {"seconds": 0.1}))

    def _measure(self, order: wire.Measure) -> Iterator[wire.News]:
        """A small figure that can be checked: the mean brightness of the pictures in the folder."""
        found = [media.read(path) for path in sorted(Path(order.made).glob("*.png"))]
        yield wire.Measuring(order.job, 0, 1)
        for n, _ in enumerate(found, 1):
            self.gate(order.job, n)
            if order.job in self._stops:
                yield wire.Halted(order.job)
                return
            yield wire.Measuring(order.job, n, len(found))
        if not found:
            yield wire.Failed(order.job, Failure("bad-file", f"There is nothing in {order.made} to measure."))
            return
        each = [float(one.pixels.mean()) for one in found if isinstance(one, Image)]
        values = {"vendi": float(np.mean(each)), "error": float(np.std(each) / len(each) ** 0.5)}
        yield wire.Measured(order.job, len(each), values, "effnet", "It sees light only.")

    def stop(self, job: int, pause: bool = False) -> bool:
        self._stops[job] = pause
        return True

    def credit(self, job: int) -> None:
        self.credits.append(job)

    def ask(self, order: Any, timeout: float = 30.0) -> Any:
        self.orders.append(order)
        if isinstance(order, wire.Render):
            return wire.Rendered(order.ticket, picture(order.estimate))
        if isinstance(order, wire.Decode):
            return self._decode(order)
        if isinstance(order, wire.Retouch):
            pixels = order.image.pixels if order.size is None else order.image.pixels.repeat(2, 0).repeat(2, 1)
            return wire.Rendered(order.ticket, Image(pixels))
        if isinstance(order, wire.Count):
            tokens = len(order.prompt.split())
            return wire.Counted(order.ticket, tokens, 8, None if tokens <= 8 else 10)
        if isinstance(order, wire.Gauge):
            width, height = order.request.size or (16, 16)
            return wire.Gauged(order.ticket, Estimate(width * height * 10_000, "All of it stays in memory.", 10**9))
        if isinstance(order, wire.Weigh):
            start = order.request.start
            assert isinstance(start, Image)
            bits = 1 + float(np.abs(np.diff(start.pixels.astype(float), axis=0)).mean()) / 16
            return wire.Weighed(order.ticket, {"bits per pixel": round(bits, 4), "told": order.request.prompt})
        if isinstance(order, wire.Open):
            return self._open(order)
        if isinstance(order, wire.Forget):
            del self.cards[order.engine]
        return self.hello()

    def rest(self, minutes: float) -> None:
        self.orders.append(wire.Rest(minutes))

    def withdraw(self, ticket: int) -> None:
        self._stops[-ticket] = False

    def _decode(self, order: wire.Decode) -> wire.Rendered:
        """The estimate upside down, when the gate opens; kept as the worker keeps it."""
        self.gate(-order.ticket, order.step)
        if -order.ticket in self._stops:
            return wire.Rendered(order.ticket, failure=Failure("internal", "This was not made: stopped."))
        store = StepStore(order.store)
        estimate = store.estimate(order.step)
        assert estimate is not None
        shown = picture(estimate[::-1])
        store.keep_decoded(order.step, shown)
        return wire.Rendered(order.ticket, shown)

    def _open(self, order: wire.Open) -> wire.Opened:
        """A folder is a model, a file a LoRA for every model; one that is called so is refused."""
        path = Path(order.path)
        if "refused" in path.name or self.models is None:
            return wire.Opened(order.ticket, failure=Failure("bad-file", f"{path.name} is refused."))
        what: shelf.Model | shelf.Part = shelf.Part(path.stem, "lora", path.stem, "fake", str(path))
        if path.is_dir():
            info = msgspec.structs.replace(PICTURE.info, name=f"image/{path.name}", title=path.name)
            what = shelf.Model(EngineCard(info, PICTURE.params, str(path)), {"lora": ("fake",)})
        shelf.keep(self.models, path, what)
        cards = shelf.cards(self.models)
        self.cards |= cards
        return wire.Opened(order.ticket, what, tuple(cards.values()))

    def close(self) -> None:
        self._closed.set()

    def _step(self, job: int, store: StepStore | None, state: np.ndarray, checkpoint: Checkpoint) -> wire.Stepped:
        row = StepRow(checkpoint.step, checkpoint.total, checkpoint.level, 0.1, 0.01 * checkpoint.step, True)
        if store is not None:
            store.append(row, state, checkpoint)
        shown = None
        if job in self.credits:
            self.credits.remove(job)
            next(self.previews)
            shown = picture(state)
        return wire.Stepped(job=job, **msgspec.structs.asdict(row), kept=store is not None, preview=shown)


class Gate:
    """Lets steps through: `let(n)` allows `n` more, `open()` all. `reached` counts those that wait or went."""

    def __init__(self) -> None:
        self._turns = threading.Semaphore(0)
        self._open = threading.Event()
        self.reached = 0

    def __call__(self, job: int, step: int) -> None:
        self.reached += 1
        while not self._open.is_set() and not self._turns.acquire(timeout=0.01):
            pass

    def let(self, n: int = 1) -> None:
        self._turns.release(n)

    def open(self) -> None:
        self._open.set()


def begin(request: Request) -> tuple[np.ndarray, int, int]:
    """The state to start from, how many steps are done, and how many there are."""
    total = int(request.options.get("steps", 6))
    if request.resume is not None:
        return request.resume.arrays["x"], request.resume.step, request.resume.total
    width, height = request.size or (16, 16)
    return np.random.default_rng(request.seed).normal(size=(height, width, 3)), 0, total


def advance(state: np.ndarray, request: Request, step: int) -> np.ndarray:
    """One step: a function of the state, the prompt, the guidance and the step alone."""
    rng = np.random.default_rng([*request.prompt.encode(), step, int(1000 * float(request.options["guidance"]))])
    return 0.7 * state + 0.3 * rng.normal(size=state.shape)


def picture(state: np.ndarray) -> Image:
    return Image(np.clip(127.5 + 60 * state, 0, 255).astype(np.uint8))
