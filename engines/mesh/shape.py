"""mesh/shape: words to closed, coloured meshes in metres, by flow matching on the principal components
of our own autoencoder's latents.

Furniture and objects. Trained from scratch on procedural things of our own and on the open furniture of Sweet Home 3D
(see assets/weights/shape/card.md). A coarse surface sharpens step by step and can be turned while it does.
"""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines import names
from engines.contract import Checkpoint, Event, Info, Mesh, Phase, Request, Result, Step, Value, param
from engines.loading import Loads
from engines.prompt.plan import unheard
from engines.reading import Reads

WEIGHTS = tuple(f"weights/shape/{name}.safetensors" for name in ("autoencoder", "flow", "size"))


class Options(Struct, frozen=True):
    steps: Annotated[int, param("How many steps from noise to shape.", min=1, max=150)] = 24
    guidance: Annotated[
        float, param("How closely the shape follows the words (CFG).", min=0, max=15, step=0.1, curve=True)
    ] = 4.0
    height: Annotated[
        float, param("How high the shape stands; 0: as high as such a thing is.", min=0, max=100, step=0.01, unit="m")
    ] = 0.0
    detail: Annotated[
        int, param("Points along the side of the grid the surface is drawn from.", min=24, max=128, step=8)
    ] = 64
    smoothing: Annotated[int, param("Rounds of smoothing of the surface.", min=0, max=40)] = 4
    thickness: Annotated[
        float, param("Move the surface outward, in grid steps: thin parts hold.", min=-0.5, max=1, step=0.05)
    ] = 0.25
    symmetry: Annotated[
        Literal["as made", "mirrored"], param("Whether left and right are made equal.", group="Surface")
    ] = "as made"
    crumbs: Annotated[
        float, param("Drop pieces smaller than this share of the largest.", min=0, max=1, step=0.01, group="Surface")
    ] = 0.05
    sampler: Annotated[Literal[names.samplers()], param("How noise becomes shape.", group="Sampling")] = "dpmpp_2m"  # type: ignore[valid-type]
    schedule: Annotated[Literal[names.schedules()], param("Where the steps fall.", group="Sampling")] = "shifted"  # type: ignore[valid-type]
    rescale: Annotated[
        float, param("Against over-strong shapes at high guidance.", min=0, max=1, step=0.05, group="Sampling")
    ] = 0.0
    guide_from: Annotated[
        float, param("Guide only below this noise level.", min=0, max=1, step=0.01, group="Sampling")
    ] = 1.0
    guide_to: Annotated[
        float, param("Guide only above this noise level.", min=0, max=1, step=0.01, group="Sampling")
    ] = 0.0


class Shape(Reads, Loads):
    info = Info(
        name="mesh/shape",
        title="Shape",
        summary="Furniture and objects from words: closed, coloured meshes in metres.",
        medium="mesh",
        family="flow matching",
        takes=("prompt", "negative", "seed", "start", "resume"),
        weights=WEIGHTS,
        blends=True,
        licence="MIT",
        presets=(
            "a red mug",
            "a wooden chair with black legs",
            "a blue rocket with orange fins",
            "a tall green pine tree",
            "a pink armchair",
            "a stone castle with purple roofs",
        ),
        tokens=32,
    )
    Options = Options
    loads = "engines.nn.shape_model"

    def generate(self, request: Request) -> Iterator[Event]:
        if self._model is None:
            yield Phase("loading")
            self.warm()
        options = msgspec.convert(request.options, Options)
        yield Phase("encoding")
        denoise = self._model.denoiser(request, options)
        scale = self._model.scale(request, options.height)
        yield Phase("denoising")
        x = self._model.reached(request)
        for state in self._model.states(request, options, denoise):
            x = state.x
            yield Step(
                index=state.index,
                total=state.total,
                level=state.level,
                preview=partial(self._model.surface, state.x0[0], scale),
                estimate=partial(_compact, state.x0, scale),
                checkpoint=partial(_checkpoint, state),
                guidance=denoise.effect,
            )
        yield Phase("decoding")
        mesh = self._model.surface(x[0], scale, _finish(options))
        yield Result(mesh, {"nfe": denoise.calls, **_facts(mesh), **unheard(request.prompt, request.negative)})

    def render(self, estimate: np.ndarray) -> Mesh:
        """A stored clean estimate, float16 (K + 2,), as a draft mesh in metres."""
        from engines.nn.shape_model import opened

        self.warm()
        return self._model.surface(*opened(estimate))


def _finish(options: Options) -> Any:
    from engines.surfaces import Finish

    outward = options.thickness / 3  # grid steps to shares of the reach
    return Finish(options.detail, options.smoothing, options.crumbs, options.symmetry == "mirrored", outward)


def _facts(mesh: Mesh) -> dict[str, Value]:
    """What can be said of a mesh: its faces, whether it is closed and of one piece, its measures in metres."""
    from engines import surfaces

    wide, high, deep = (round(float(side), 4) for side in np.ptp(mesh.vertices, 0))
    return {
        "faces": len(mesh.faces),
        "watertight": surfaces.closed(mesh),
        "pieces": surfaces.pieces(mesh),
        "metres": f"{wide} x {high} x {deep}",
    }


def _compact(x0: Any, scale: Any) -> np.ndarray:
    from engines.nn.shape_model import compact

    return compact(x0[0], scale)


def _checkpoint(state: Any) -> Checkpoint:
    return state.checkpoint()
