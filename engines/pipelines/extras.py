"""What a request adds to one run besides LoRAs and ControlNets: T2I-Adapters, IP-Adapters and embeddings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from engines.contract import Control, Refused, Request
from engines.control.preprocess import preprocess
from engines.files.sniff import fit
from engines.pipelines import adapters, added, inversion
from engines.shelf import CALLS, Part

Load = Callable[[str, Callable[[], Any]], Any]  # a key, and what loads what is not there by it


class Extras:
    """`rest` is the request without what is put on here, `mark` what the words of its prompts mean besides."""

    def __init__(self, request: Request, parts: Mapping[str, Part], load: Load, dtype: Any) -> None:
        self.parts, self.load, self.dtype, self.size = parts, load, dtype, request.size
        self.t2i, self.ip = self._of(request, "t2i-adapter"), self._of(request, "ip-adapter")
        self.words = inversion.asked(request, parts)
        gone = {control.kind for control in (*self.t2i, *self.ip)}
        kept = tuple(control for control in request.controls if control.kind not in gone)
        self.rest, self.mark = msgspec.structs.replace(request, controls=kept), ""
        self.now = (adapters.Now(self.t2i), adapters.Now(self.ip))
        self._lent: inversion.Lent = {}

    def fit(self, pipe: Any) -> None:
        """Take what fits `pipe`: embeddings of other encoders are plain words, other networks are Refused."""
        fits = added.fitting(pipe)
        for control in (*self.t2i, *self.ip):
            part = self.parts[control.kind]
            if not fit.fits(part.base, fits.get(part.kind, ())):
                made = fit.title(part.base)
                raise Refused("bad-request", f"{part.title} is {CALLS[part.kind]} for {made}; this model is another.")
        mine = {n: p for n, p in self.words.items() if fit.fits(p.base, fits.get("embedding", ()))}
        self._lent = {name: self._loaded(part, partial(inversion.read, part)) for name, part in mine.items()}
        self.rest, self.mark = inversion.spelt(self.rest, self.parts, self._lent), " ".join(mine)

    def arguments(self) -> dict[str, Any]:
        """What the call of the pipeline is given."""
        return {"ip_adapter_image": [self._picture(one) for one in self.ip]} if self.ip else {}

    def over(self, pipe: Any) -> list[AbstractContextManager[None]]:
        """What lasts as long as the run."""
        found: list[AbstractContextManager[None]] = [inversion.over(pipe, self._lent)] if self._lent else []
        if self.t2i:
            nets = [self._network(self.parts[one.kind]) for one in self.t2i]
            found.append(adapters.added(pipe, nets, [self._picture(one) for one in self.t2i], self.now[0]))
        if self.ip:
            known = [self.parts[one.kind] for one in self.ip]
            states = [self._loaded(part, partial(adapters.ip, part)) for part in known]
            found.append(adapters.seen(pipe, states, self._eyes(known), self.now[1]))
        return found

    def move(self, pipe: Any, position: float) -> None:
        """The strengths to what they are at `position` of the run."""
        for now in self.now:
            now.move(position)
        if self.ip:
            adapters.weigh(pipe, self.now[1])

    def _of(self, request: Request, kind: str) -> list[Control]:
        known = {part.name for part in self.parts.values() if part.kind == kind}
        return [control for control in request.controls if control.kind in known]

    def _network(self, part: Part) -> Any:
        return self._loaded(part, lambda: adapters.t2i(part, self.dtype))

    def _eyes(self, known: list[Part]) -> Any:
        places = {part.beside for part in known}
        if len(places) > 1:
            raise Refused("bad-request", f"{' and '.join(p.title for p in known)} see with unlike encoders; use one.")
        place = places.pop()
        return self.load(place, lambda: adapters.eyes(Path(place), self.dtype))

    def _loaded(self, part: Part, load: Callable[[], Any]) -> Any:
        return self.load(part.name, load)

    def _picture(self, control: Control) -> Any:
        from engines.pipelines import call

        shown = preprocess(control.making, control.media, control.options) if control.making else control.media
        own = self.parts[control.kind].kind == "ip-adapter"  # its encoder has a size of its own
        return call.picture(shown, None if own else self.size, "RGB")
