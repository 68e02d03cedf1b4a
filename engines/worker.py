"""The process that runs engines: `python -m engines.worker`, told where to connect by one line of JSON on stdin.

Two threads: a reader, which takes orders, sets stop flags, beats the heart and exits the process when the connection
closes; and the main thread, which works. A watchdog in C ends the process if the reader itself cannot run.
"""

import faulthandler
import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from engines import contract, device, outcome, outpaint, registry, shelf, wire
from engines.contract import Checkpoint, Estimate, Failure, Media, Phase, Refused, Request, Result, Step, Stopped, Value
from engines.files import assets, weights
from engines.files.steps import StepRow, StepStore
from engines.line import Line
from engines.measuring import measured, plain

PREVIEW_GAP = 0.04  # seconds at least between two live previews
PREVIEW_SHARE = 0.1  # of the time they take at most, where they are dear


class Worker:
    """The engine thread: one order after the other, and small ones between the steps of a job."""

    def __init__(self, line: Line, found: registry.Listing) -> None:
        self.line, self.found = line, found
        self.engines: dict[str, contract.Engine] = {}
        self.eyes: dict[str, Any] = {}  # what metrics look with, by name
        self.backlog: deque[wire.Order] = deque()
        self.idle = device.number(wire.IDLE)  # minutes a model stays loaded; 0: for ever

    def work(self) -> None:
        """Serve for ever."""
        while True:
            order = self.backlog.popleft() if self.backlog else self._next()
            self.line.working = True
            self._serve(order)
            self.line.working = False

    def _next(self) -> wire.Order:
        """The next order; while none comes for long, what is loaded is let go of."""
        while True:
            try:
                loaded = self.engines or self.eyes
                return self.line.inbox.get(timeout=60 * self.idle if loaded and self.idle else None)
            except queue.Empty:
                self._drop_engines()
                device.tidy()

    def serve_small(self) -> None:
        """Answer what can be answered between two steps of a job; the rest waits its turn."""
        while not self.line.inbox.empty():
            order = self.line.inbox.get()
            if isinstance(order, wire.Render | wire.Decode | wire.Retouch | wire.Prepare | wire.Count | wire.Gauge):
                self._serve(order)
            else:
                self.backlog.append(order)

    def engine(self, name: str) -> contract.Engine:
        """The engine called `name`, made if need be."""
        if name not in self.engines:
            self.engines[name] = self.found.make(name)
        return self.engines[name]

    def _serve(self, order: wire.Order) -> None:
        acts: dict[type, Callable[[Any], None]] = {
            wire.Generate: self._generate,
            wire.Measure: self._measure,
            wire.Render: self._render,
            wire.Prepare: self._render,
            wire.Decode: self._make,
            wire.Retouch: self._make,
            wire.Weigh: self._make,
            wire.Count: self._count,
            wire.Gauge: self._gauge,
            wire.Open: self._open,
            wire.Warm: self._warm,
            wire.Forget: self._forget,
            wire.Rest: self._rest,
        }
        acts[type(order)](order)

    def _rest(self, order: wire.Rest) -> None:
        self.idle = order.minutes

    def _generate(self, order: wire.Generate) -> None:
        job = order.job
        self.line.begin(job)
        run = Run(self, order)
        try:
            if job in self.line.stops:
                raise Stopped
            last: wire.News = wire.Finished(job, run.result())
        except Stopped:
            last = wire.Halted(job, run.checkpoint if self.line.stops.get(job) else None)
        except BaseException as error:  # noqa: BLE001  (the boundary: whatever an engine does costs one sentence)
            last = wire.Failed(job, self._failure(error))
            if not isinstance(error, Refused):
                self._drop_engines()
        try:
            run.close()
        except BaseException:  # noqa: BLE001  (an engine that cannot even be closed)
            traceback.print_exc()
            self._drop_engines()
        self.line.end(job)
        device.tidy()
        self.line.send(last)

    def _measure(self, order: wire.Measure) -> None:
        from engines.metrics import work

        self.line.begin(order.job)
        try:
            last: wire.News = work.measured(order, self.line, self.eyes)
        except Stopped:
            last = wire.Halted(order.job)
        except BaseException as error:  # noqa: BLE001  (the boundary: whatever a metric does costs one sentence)
            last = wire.Failed(order.job, self._failure(error))
        self.line.end(order.job)
        device.tidy()
        self.line.send(last)

    def _drop_engines(self) -> None:
        """What is left of them is not to be trusted."""
        self.engines.clear()
        self.eyes.clear()
        device.thaw()

    def _render(self, order: wire.Render | wire.Prepare) -> None:
        """A stored estimate as media, or the control map of media."""
        try:
            engine: Any = self.engine(order.engine)
            if isinstance(order, wire.Render):
                media = engine.render(order.estimate)
            else:
                chosen = (order.make, order.options) if order.make else ()
                media = engine.prepare(order.kind, order.media, *chosen)
            self.line.send(wire.Rendered(order.ticket, media))
        except Stopped:
            failure = Failure("internal", "This was not drawn: stopped.")
            self.line.send(wire.Rendered(order.ticket, failure=failure))
        except Exception as error:  # noqa: BLE001  (the boundary)
            self.line.send(wire.Rendered(order.ticket, failure=self._failure(error)))

    def _make(self, order: wire.Decode | wire.Retouch | wire.Weigh) -> None:
        """What takes its time and can be stopped; between two steps of a job a stop of that job ends it as well."""
        answer = wire.Weighed if isinstance(order, wire.Weigh) else wire.Rendered
        self.line.begin(order.ticket)
        try:
            if order.ticket in self.line.stops:
                raise Stopped
            self.line.send(answer(order.ticket, self._made(order)))  # type: ignore[arg-type]
        except Stopped:
            self.line.send(answer(order.ticket, failure=Failure("internal", "This was not made: stopped.")))
        except Exception as error:  # noqa: BLE001  (the boundary)
            self.line.send(answer(order.ticket, failure=self._failure(error)))
        self.line.end(order.ticket)

    def _made(self, order: wire.Decode | wire.Retouch | wire.Weigh) -> Media | dict[str, Value]:
        if isinstance(order, wire.Decode):
            return self._decoded(order)
        if isinstance(order, wire.Retouch):
            from engines.retouch import retouched  # torch comes with it

            return retouched(order.deed, order.image, order.size, order.way)
        name = order.request.engine
        return measured(self.engine(name), self.found.cards[name], order.request)

    def _decoded(self, order: wire.Decode) -> Media:
        engine: Any = self.engine(order.engine)
        store = StepStore(order.store)
        estimate = store.estimate(order.step)
        if estimate is None:
            raise Refused("missing", f"Step {order.step} of this run is no longer stored; make it again to see it.")
        media = engine.decode(estimate, order.length)
        if wrong := outcome.fault(media):
            raise Refused("bad-output", f"Nothing can be seen or heard at step {order.step} yet: {wrong}.")
        try:
            store.keep_decoded(order.step, media)
        except OSError:  # a full disk costs a second decode
            traceback.print_exc()
        return media

    def _count(self, order: wire.Count) -> None:
        try:
            engine: Any = self.engine(order.engine)
            limit = engine.info.tokens or 0
            counted = engine.count_tokens(order.prompt) if hasattr(engine, "count_tokens") else 0
            tokens, cut = counted if isinstance(counted, tuple) else (counted, None)
            self.line.send(wire.Counted(order.ticket, tokens, limit, cut))
        except (Exception, Stopped):  # noqa: BLE001  (the boundary: a count is a courtesy)
            traceback.print_exc()
            self.line.send(wire.Counted(order.ticket, 0, 0))

    def _gauge(self, order: wire.Gauge) -> None:
        """What the engine says a request will take; of one that says nothing the size of its weights."""
        try:
            engine: Any = self.engine(order.request.engine)
            request = contract.check(self.found.cards[order.request.engine], order.request)
            told = (
                engine.estimate(request) if hasattr(engine, "estimate") else Estimate(assets.size(engine.info.weights))
            )
            self.line.send(wire.Gauged(order.ticket, told))
        except (Exception, Stopped):  # noqa: BLE001  (the boundary: a forecast is a courtesy)
            self.line.send(wire.Gauged(order.ticket))

    def _open(self, order: wire.Open) -> None:
        """Put something on the shelf; the models are listed anew, since a part fits some of them."""
        try:
            what = shelf.opened(Path(order.path))
            models = tuple(shelf.cards(shelf.folder()).values()) or (
                (what.card,) if isinstance(what, shelf.Model) else ()
            )
            for card in models:
                self.found.add_model(card)
            self.line.send(wire.Opened(order.ticket, what, models))
        except Stopped:
            self.line.send(wire.Opened(order.ticket, failure=Failure("internal", "The model was not opened: stopped.")))
        except Exception as error:  # noqa: BLE001  (the boundary)
            self.line.send(wire.Opened(order.ticket, failure=self._failure(error)))

    def _warm(self, order: wire.Warm) -> None:
        try:
            device.warm()
            if order.engine:
                getattr(self.engine(order.engine), "warm", lambda: None)()
        except (Exception, Stopped):  # noqa: BLE001  (the boundary: warming up is a courtesy)
            traceback.print_exc()

    def _forget(self, order: wire.Forget) -> None:
        self.found.drop_model(order.engine)
        if self.engines.pop(order.engine, None) is not None:
            device.thaw()
            device.tidy()

    def _failure(self, error: BaseException) -> Failure:
        """The sentence for `error`; the traceback goes to the log."""
        if isinstance(error, Refused):
            return error.failure
        traceback.print_exception(error)
        if device.out_of_memory(error):
            return Failure("memory", "There is not enough memory for this: make it smaller or close other programs.")
        words = " ".join(str(error).split())[:160]
        return Failure("internal", f"The engine failed: {type(error).__name__}{': ' if words else ''}{words}.")


class Run:
    """One job: drives the engine's generator and reports every step."""

    def __init__(self, worker: Worker, order: wire.Generate) -> None:
        self.worker, self.line, self.job = worker, worker.line, order.job
        self.request, self.began = order.request, time.monotonic()
        self.store = StepStore(order.store) if order.store else None
        self.checkpoint: Checkpoint | None = order.request.resume
        self.before: np.ndarray | None = None
        self.due = 0.0  # when the next live preview may be made
        self.loading = 0.0  # seconds until the networks began
        self.events: Any = None

    def result(self) -> Result:
        """Run to the end. Raises Refused, Stopped or whatever the engine raises."""
        card = self.worker.found.cards.get(self.request.engine)
        engine = self._engine()
        assert card is not None  # _engine has refused unknown names
        request = contract.ready(card, self.request)
        self._prepare(request)
        request = outpaint.widened(request)
        device.peak(anew=True)
        self.events = engine.generate(request)
        for event in self.events:
            self.line.beats += 1
            if isinstance(event, Result):
                return self._finished(event, card)
            if isinstance(event, Phase):
                if event.name != "loading" and not self.loading:
                    self.loading = time.monotonic() - self.began
                self.line.send(wire.Phased(self.job, event, time.monotonic() - self.began))
            else:
                self._step(event)
            self.worker.serve_small()
            if self.job in self.line.stops:
                raise Stopped
        raise Refused("internal", f"{self.request.engine} ended without a result; run it again or tell its author.")

    def close(self) -> None:
        """End the generator, wherever it is."""
        if self.events is not None:
            self.events.close()

    def _engine(self) -> contract.Engine:
        """The engine, every other one dropped: one is loaded at a time."""
        name = self.request.engine
        for other in set(self.worker.engines) - {name}:
            del self.worker.engines[other]
        engine = self.worker.engine(name)
        missing = assets.missing(engine.info.weights)
        if missing:
            place = assets.path(missing[0])
            sentence = f"{engine.info.title} needs the weights {missing[0]}, which are not at {place}"
            raise Refused("missing", f"{sentence}; `darkroom train {name}` makes those of Darkroom's own engines.")
        return engine

    def _prepare(self, request: Request) -> None:
        """A run from the seed begins its step store anew; a resumed one goes on."""
        if self.store is not None and request.resume is None:
            try:
                self.store.restart()
            except OSError:
                traceback.print_exc()

    def _step(self, step: Step) -> None:
        estimate = np.asarray(step.estimate()) if step.estimate else None
        if estimate is not None and (wrong := outcome.estimate_fault(estimate)):
            raise Refused("bad-output", f"At step {step.index} {wrong}: lower the guidance scale or take more steps.")
        self.checkpoint = step.checkpoint() if step.checkpoint else self.checkpoint
        row = StepRow(
            index=step.index,
            total=step.total,
            level=float(step.level),
            change=self._change(estimate),
            seconds=time.monotonic() - self.began,
            resumable=step.checkpoint is not None,
            guidance=step.guidance() if step.guidance else None,
        )
        kept = self._keep(row, estimate, self.checkpoint if step.checkpoint else None)
        told = msgspec.structs.asdict(row)
        self.line.send(wire.Stepped(job=self.job, **told, kept=kept, preview=self._preview(step)))

    def _change(self, estimate: np.ndarray | None) -> float | None:
        """Mean absolute change since the last estimate, in parts of the range (2 for numbers in [-1, 1])."""
        before, self.before = self.before, None if estimate is None else np.array(estimate)
        if before is None or estimate is None or before.shape != estimate.shape:
            return None
        span = 255.0 if estimate.dtype == np.uint8 else 2.0
        return float(np.abs(estimate.astype(np.float32) - before.astype(np.float32)).mean() / span)

    def _keep(self, row: StepRow, estimate: np.ndarray | None, checkpoint: Checkpoint | None) -> bool:
        if self.store is None:
            return False
        try:
            self.store.append(row, estimate, checkpoint)
            return True
        except OSError:  # a full disk costs the filmstrip, not the run
            traceback.print_exc()
            return False

    def _preview(self, step: Step) -> Media | None:
        """The live preview, when somebody waits for one and the last is not too fresh."""
        now = time.monotonic()
        if self.job not in self.line.credits or now < self.due:
            return None
        self.line.credits.discard(self.job)
        shown = step.preview()
        self.due = now + max(PREVIEW_GAP, (time.monotonic() - now) / PREVIEW_SHARE)
        return shown

    def _finished(self, result: Result, card: contract.EngineCard) -> Result:
        wrong = outcome.fault(result.media)
        if wrong:
            raise Refused("bad-output", f"Nothing usable came out, so nothing was saved: {wrong}. Try another seed.")
        seconds = round(time.monotonic() - self.began, 3)
        loading, peak = round(self.loading, 3), device.peak()
        known = {"engine": card.info.name, "seconds": seconds, **device.facts(), "loading": loading, "peak": peak}
        if card.info.weights:
            known["model"] = " ".join(weights.sha256(assets.path(name)) for name in card.info.weights)
        return Result(result.media, known | {key: plain(value) for key, value in result.facts.items()})


def main() -> None:
    """Connect, say hello, work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the front end's to answer
    faulthandler.enable()
    spoken = json.loads(sys.stdin.buffer.readline())
    device.settle()
    line = Line(Client(spoken["address"], authkey=bytes.fromhex(spoken["key"])))  # type: ignore[arg-type]
    plugins = [Path(p) for p in os.environ.get("DARKROOM_PLUGINS", "").split(os.pathsep) if p]
    found = registry.listing(plugins, shelf.folder())
    line.send(wire.Hello(os.getpid(), device.versions(), tuple(found.cards.values()), found.broken))
    threading.Thread(target=line.read, name="reader", daemon=True).start()
    Worker(line, found).work()


if __name__ == "__main__":
    main()
