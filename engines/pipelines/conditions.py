"""Pictures and clips that stand at frames of a new clip, as the condition pipelines of LTX take them."""

from __future__ import annotations

from typing import Any

from engines.contract import Image, Refused, Request, Video
from engines.pipelines import facts


def asked(pipe: Any, request: Request, frames: int) -> list[Any]:
    """What is given to `pipe(conditions=...)`: the start at the first of `frames`, a picture at the last of them."""
    from engines.pipelines import call

    found = []
    if isinstance(request.start, Video):
        clip = [call.picture(Image(frame), request.size, "RGB") for frame in request.start.frames]
        if len(clip) >= frames:
            told = f"The clip to go on from takes {len(clip)} frames of it, and there are to be {frames}: ask for more."
            raise Refused("bad-request", told)
        found.append(_condition(pipe, clip, 0))
    elif isinstance(request.start, Image):
        found.append(_condition(pipe, call.picture(request.start, request.size, "RGB"), 0))
    elif request.start is not None:
        raise Refused("bad-request", "This model begins with a picture or a clip; give it one as the start.")
    if request.last is not None:
        found.append(_condition(pipe, call.picture(request.last, request.size, "RGB"), frames - 1))
    return found


def _condition(pipe: Any, shown: Any, frame: int) -> Any:
    """A picture or a list of them at the pixel frame `frame`; LTX 2 counts latent frames."""
    if type(pipe).__name__.startswith("LTX2"):
        from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition

        return LTX2VideoCondition(frames=shown, index=-(-frame // pipe.vae_temporal_compression_ratio))
    from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition

    return LTXVideoCondition(**{"video" if isinstance(shown, list) else "image": shown}, frame_index=frame)


def settle(pipe: Any) -> None:
    """LTX's sets its steps by itself, which a scheduler that bends them by the size of the clip refuses."""
    scheduler = pipe.scheduler
    if type(pipe).__name__ == facts.OWN_STEPS and scheduler.config.use_dynamic_shifting:
        pipe.scheduler = type(scheduler).from_config(scheduler.config, use_dynamic_shifting=False)
