"""Pipelines whose results can be walked around: Shap-E."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from .table import PROMPT, family
from .text import clip_projected, clip_tokenizer

FACE = ((0, 0), (1, 0), (1, 1), (0, 1))


def _edge(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """The number of a cube's edge between two corners: four along x, four along y, four along z."""
    axis = next(index for index in range(3) if one[index] != other[index])
    near, far = (one[index] for index in range(3) if index != axis)
    return 4 * axis + near + 2 * far


def _loops(case: int) -> list[list[int]]:
    """The closed lines over a cube's edges that part its inner corners (bits x + 2 y + 4 z of `case`) from the rest.

    Round each face, the edge where one leaves the inside leads to the one where that stretch of inside began.
    """

    def inside(corner: tuple[int, ...]) -> bool:
        return bool(case >> (corner[0] + 2 * corner[1] + 4 * corner[2]) & 1)

    after: dict[int, int] = {}
    for axis, side in itertools.product(range(3), (0, 1)):
        ring = [tuple(np.roll((side, u, v), axis).tolist()) for u, v in (FACE if side else FACE[::-1])]
        for here, corner in enumerate(ring):
            if inside(corner) and not inside(ring[(here + 1) % 4]):
                first = next(ring[here - back] for back in range(4) if not inside(ring[here - back - 1]))
                before = ring[ring.index(first) - 1]
                after[_edge(corner, ring[(here + 1) % 4])] = _edge(before, first)
    loops = []
    while after:
        loop = [next(iter(after))]
        while (edge := after.pop(loop[-1])) != loop[0]:
            loop.append(edge)
        loops.append(loop)
    return loops


def _fill_marching_cubes(decoder: Any) -> None:
    """The table of triangles for each of the 256 kinds of cube, which a new decoder lacks: it comes with weights."""
    import torch

    for case in range(256):
        loops = _loops(case)
        fans = [(loop[0], loop[at + 1], loop[at]) for loop in loops for at in range(1, len(loop) - 1)]
        for row, fan in enumerate(fans):
            decoder.cases[case, row] = torch.tensor(fan)
            decoder.masks[case, row] = True


def _renderer() -> Any:
    """8 latents make the 8 rows of each of the first four matrices; the last matrix is the renderer's own.

    Its bias on the signed distance (output 0) leaves some of space inside and some outside: there is a surface.
    """
    from diffusers.pipelines.shap_e import ShapERenderer

    renderer = ShapERenderer(
        param_shapes=((8, 93), (8, 8), (8, 8), (8, 8)), d_latent=16, d_hidden=8, background=(0.1, 0.1, 0.1)
    )
    _fill_marching_cubes(renderer.mesh_decoder)
    renderer.mlp.mlp[-1].weight.data *= 3
    renderer.mlp.mlp[-1].bias.data[0] = -0.1
    return renderer


@family(prompt=PROMPT, num_inference_steps=3, guidance_scale=3.0, output_type="latent")
def shap_e() -> Any:
    """The call leaves out the drawing, which takes most of a minute: 20 views of a million points each.

    `shap_e_renderer.decode_to_mesh(latents, device, grid_size=24)` is quick. Views are drawn with a `frame_size` that
    is a multiple of 32, for the renderer drops what is no full batch of 4096 rays.
    """
    from diffusers import HeunDiscreteScheduler, PriorTransformer, ShapEPipeline

    prior = PriorTransformer(
        num_attention_heads=2,
        attention_head_dim=16,
        num_layers=2,
        embedding_dim=16,
        num_embeddings=32,
        additional_embeddings=0,
        time_embed_act_fn="gelu",
        norm_in_type="layer",
        embedding_proj_dim=16,
        embedding_proj_norm_type="layer",
        encoder_hid_proj_type=None,
        added_emb_type=None,
        time_embed_dim=64,
        clip_embed_dim=32,
    )
    scheduler = HeunDiscreteScheduler(
        beta_schedule="exp",
        num_train_timesteps=1024,
        prediction_type="sample",
        use_karras_sigmas=True,
        clip_sample=True,
        clip_sample_range=1.0,
    )
    return ShapEPipeline(
        prior=prior,
        text_encoder=clip_projected(16, "quick_gelu"),
        tokenizer=clip_tokenizer(),
        shap_e_renderer=_renderer(),
        scheduler=scheduler,
    )
