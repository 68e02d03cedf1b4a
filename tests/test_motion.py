"""video/motion: the engine with a small network, and the recipe."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from engines import motions
from engines.contract import Audio, Checkpoint, Image, Refused, Request, Result, Step, Value, Video, check
from engines.nn import motion_model, motion_scene, stored, warp
from engines.nn.mover import Measures, Mover
from engines.registry import listing
from engines.training import motion, motion_data, motion_flow, motion_judge, motion_measure, motion_words
from engines.training.fit import Log
from engines.training.vocabulary import concepts
from engines.video.motion import Motion, Options
from tests.blob import blob

SMALL = Measures(components=24, modes=6, width=32, blocks=2, heads=2)


def _stock(count: int = 12) -> motion_data.Stock:
    """Blobs of several forms where the stickers' pictures would be."""
    shown = np.zeros((len(concepts()), 2, motion_data.SIDE, motion_data.SIDE, 4), np.uint8)
    for i in range(0, len(shown), len(shown) // count):
        shown[i, 0] = blob(motion_data.SIDE, i)
    return motion_data.Stock(shown)


# ---------------------------------------------------------------- the network


@pytest.fixture(scope="module")
def network() -> Mover:
    made = motion_flow.begun(_stock(), SMALL, 150)
    torch.nn.init.normal_(made.core.leave.weight, std=0.1)
    return made.eval()


def test_components_keep_most_of_a_motion(network: Mover) -> None:
    clips = list(motion_flow.made(40, 1, _stock(), 17))
    truth = torch.from_numpy(np.stack([clip.keys for clip in clips]))
    back = network.motion(network.project(truth))
    assert (back - truth).square().mean() < 0.35 * (truth - truth.mean(0)).square().mean()
    assert torch.allclose(network.project(back), network.project(truth), atol=1e-3)


def test_words_beyond_the_mask_do_not_count_and_what_is_given_does(network: Mover) -> None:
    x, t, tokens, given = torch.randn(1, 24), torch.tensor([0.4]), torch.randn(1, 4, 384), torch.randn(1, motions.GIVEN)
    mask = torch.tensor([[True, True, False, False]])
    other = tokens.clone()
    other[:, 2:] = 9.0
    with torch.no_grad():
        first = network(x, t, tokens, mask, given)
        assert torch.allclose(first, network(x, t, other, mask, given), atol=1e-6)
        assert not torch.allclose(first, network(x, t, tokens, mask, given + 1), atol=1e-3)


def test_the_network_comes_back_from_its_file(network: Mover, tmp_path: Path) -> None:
    stored.write(network, tmp_path / "flow.safetensors", network.measures.words())
    back = stored.read(lambda words: Mover(Measures.read(words)), tmp_path / "flow.safetensors")
    x = torch.randn(2, 24)
    assert (back.motion(x) - network.motion(x)).abs().max() < 0.02


# ---------------------------------------------------------------- the engine


class _Stickers:
    """Stands where image/sticker's networks are: every picture is the same blob."""

    def denoiser(self, *asked: Any) -> None: ...

    def states(self, request: Request, *asked: Any) -> Iterator[Any]:
        yield SimpleNamespace(x=torch.full((1,), float(request.seed)))

    def pixels(self, latent: Any) -> np.ndarray:
        drawn = blob(128).astype(np.float64)
        drawn[..., :3] = drawn[..., :3] * drawn[..., 3:] / 255 + 255 - drawn[..., 3:]  # over white
        return drawn.astype(np.uint8)


def _encode(told: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.ones(len(told), 3, 384) * len(told[0]) / 20, torch.ones(len(told), 3) > 0


@pytest.fixture
def engine(network: Mover) -> Motion:
    made = Motion()
    made._model = motion_model.Model(network, SimpleNamespace(encode=_encode), _Stickers())  # type: ignore[arg-type]
    return made


def _asked(options: dict[str, Value] | None = None, **more: Any) -> Request:
    card = listing().cards["video/motion"]
    asked: dict[str, Any] = {"prompt": "a ball bouncing", "size": (128, 128), "length": 1.0, "seed": 4}
    return check(
        card, Request(engine="video/motion", options={"steps": 3, "fps": 8} | (options or {}), **(asked | more))
    )


def _run(engine: Motion, request: Request) -> tuple[list[Step], list[Video], list[Any], list[Checkpoint], Video]:
    steps, previews, estimates, checkpoints = [], [], [], []
    result = None
    for event in engine.generate(request):
        if isinstance(event, Step):
            assert event.estimate is not None
            assert event.checkpoint is not None
            steps.append(event)
            previews.append(event.preview())
            estimates.append(event.estimate())
            checkpoints.append(event.checkpoint())
        elif isinstance(event, Result):
            result = event.media
    assert isinstance(result, Video)
    return steps, previews, estimates, checkpoints, result  # type: ignore[return-value]


def test_every_step_plays_and_its_estimate_plays_again(engine: Motion) -> None:
    steps, previews, estimates, _, clip = _run(engine, _asked({"fps": 12}, length=1.5, size=(256, 256)))
    assert len(steps) == 3
    assert clip.frames.shape == (18, 256, 256, 3)
    assert clip.fps == 12
    for preview, estimate in zip(previews, estimates, strict=True):
        again = engine.render(estimate)
        assert preview.frames.shape == (18, 128, 128, 3)
        assert again.frames.shape == (18, 96, 96, 3)
        assert again.fps == preview.fps == 12
        assert np.ptp(preview.frames.astype(int), axis=0).max() > 10
        near = preview.frames.reshape(18, 128, 128, 3)[:, 2::4, 2::4].astype(int)
        assert np.abs(near - again.frames[:, 1::3, 1::3][:, : near.shape[1], : near.shape[2]]).mean() < 12


def test_resuming_keeps_the_picture_and_ends_as_the_parent(engine: Motion) -> None:
    start = Image(blob(60, seed=3))
    parent = _run(engine, _asked(start=start))
    for held in parent[3][:-1]:
        branch = _run(engine, _asked(start=start, resume=held))
        assert np.array_equal(branch[4].frames, parent[4].frames)
    other = _run(engine, _asked(prompt="a long sentence about something else spinning", resume=parent[3][0]))
    assert not np.array_equal(other[4].frames, parent[4].frames)
    assert np.array_equal(other[3][0].arrays["picture"], parent[3][0].arrays["picture"])


def test_backgrounds_and_starts(engine: Motion) -> None:
    clear = _run(engine, _asked({"background": "transparent"}))[4].frames
    assert clear.shape == (8, 128, 128, 4)
    assert clear[..., 3].max() > 200
    flat = np.full((50, 80, 3), (30, 90, 200), np.uint8)
    flat[15:35, 30:50] = (250, 220, 10)
    found = _run(engine, _asked(start=Image(flat)))[4].frames
    assert (found[:, 0, 0] == (30, 90, 200)).all()
    film = Video(np.repeat(flat[None], 3, 0), 8)
    assert np.array_equal(_run(engine, _asked(start=film))[4].frames, found)
    black = _run(engine, _asked({"background": "black"}, start=Image(flat)))[4].frames
    assert (black[:, 0, 0] == 0).all()
    with pytest.raises(Refused, match="starts from a picture"):
        _run(engine, _asked(start=Audio(np.zeros((10, 1), np.float32), 8000)))


def test_a_loop_has_its_first_frame_after_its_last(engine: Motion, network: Mover) -> None:
    keys = network.motion(torch.randn(1, 24))[0].numpy()
    rows = motions.at(keys, np.append(motions.times(9, True), 1.0), True)
    scene = motion_scene.Scene(blob(), True, 0.8, None, True, 1.0, 9)
    frames = list(warp.Warper(scene.canvas(64), scene.silhouette()).frames([motions.pose(row) for row in rows]))
    assert torch.equal(frames[0], frames[-1])
    assert len(scene.clip(keys, 64).frames) == 9


def test_strength_and_amplitude_act_together(engine: Motion) -> None:
    model = engine._model
    scene = motion_scene.Scene(blob(), False, 0.8, None, True, 2.0, 8)

    def wish(options: Options, **more: Any) -> float:
        return float(model.given(Request(engine="video/motion", **more), options, scene)[2])

    start = Image(blob())
    assert wish(Options()) == 0.0
    assert wish(Options(), start=start, strength=0.6) == pytest.approx(0.0, abs=1e-6)
    assert wish(Options(amplitude=2.0)) == pytest.approx(1.0)
    assert wish(Options(), start=start, strength=0.3) == pytest.approx(-1.0)
    assert wish(Options(amplitude=0.3), start=start, strength=0.0) == pytest.approx(np.log2(0.3))


def test_a_foreign_checkpoint_is_refused(engine: Motion) -> None:
    alien = Checkpoint(1, 3, 0.5, "euler", {"x": np.zeros((1, 7), np.float32)})
    with pytest.raises(Refused, match="another engine"):
        _run(engine, _asked(resume=alien))


# ---------------------------------------------------------------- the recipe and its measures


def test_an_estimate_keeps_its_scene() -> None:
    for ground in (None, np.array([10, 20, 30], np.uint8)):
        scene = motion_scene.Scene(blob(64), True, 0.7, ground, False, 1.5, 12)
        x, back = motion_scene.opened(motion_scene.packed(np.arange(24.0), scene), 24)
        assert np.array_equal(x, np.arange(24))
        assert (back.loop, back.seconds, back.fps) == (False, 1.5, 12)
        assert back.room == pytest.approx(0.7)
        assert back.ground is ground or np.array_equal(back.ground, ground)  # type: ignore[arg-type]
        assert np.abs(back.picture.astype(int) - scene.picture)[scene.picture[..., 3] > 30].max() <= 6


def test_retrieval_counts_what_comes_first() -> None:
    told = [
        motion_words.Told("a", ("spin",)),
        motion_words.Told("b", ("jump", "grow")),
        motion_words.Told("c", ("run",)),
    ]
    kinds = motion_judge.labels(told)
    sure = torch.stack([(kinds - 1) * 9, -kinds * 9], -1)
    names = ("first", "top 5", "kinds right", "alone", "of two")
    assert motion_judge.retrieval(sure, told) == dict.fromkeys(names, 1.0)
    turned = motion_judge.retrieval(sure.roll(1, 0), told)
    assert turned["first"] == 0.0
    assert turned["kinds right"] == 0.0


def test_flow_explains_a_shift_and_not_a_change_ofblob() -> None:
    frames = [warp.premultiplied(blob(64)).mean(0).numpy()]
    moved = np.stack([frames[0], np.roll(frames[0], 2, 1)]) * 0.8
    other = np.stack([frames[0], warp.premultiplied(blob(64, 9)).mean(0).numpy()]) * 0.8
    assert motion_measure.warp_error(moved) < 0.5 * motion_measure.warp_error(other)


def _words(captions: set[str]) -> Any:
    """Captions as the sum of their words' own random vectors, a token a word."""
    told = ["", *sorted(captions)]
    states, mask = torch.zeros(len(told), 14, 384), torch.zeros(len(told), 14, dtype=torch.bool)
    for i, caption in enumerate(told):
        mask[i, 0] = True
        for k, word in enumerate(caption.split()[:13]):
            states[i, k + 1] = torch.randn(384, generator=torch.Generator().manual_seed(hash_of(word)))
            mask[i, k + 1] = True
    return motion_flow.Words(states.half(), mask, {caption: i for i, caption in enumerate(told)})


def hash_of(word: str) -> int:
    return int(motion_words.share(word) * 2**31)


def test_batches_are_of_the_pool(network: Mover) -> None:
    pool = motion_flow.numbered(network, motion_flow.made(6, 2, _stock(), 5), lambda *a, **k: None)
    words = _words(set(pool.captions))
    x, tokens, mask, given = motion_flow.batch(pool, words, np.random.default_rng(0), 32)
    assert x.shape == (32, 24)
    assert tokens.shape[:2] == mask.shape
    assert given.shape == (32, motions.GIVEN)
    assert (x[:, None] == pool.motions[None]).all(-1).any(1).all()
    assert float(motion_flow.loss(network, (x, tokens, mask, given))) > 0


@pytest.mark.slow
@pytest.mark.usefixtures("stepped")
def test_the_recipe_lowers_its_held_out_loss_in_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stock = _stock()
    network = motion_flow.begun(stock, Measures(components=96, modes=12, width=128, blocks=3), 600)
    pool = motion_flow.numbered(network, motion_flow.made(600, 2, stock, 5), lambda *a, **k: None)
    unseen = motion_flow.numbered(network, motion_flow.made(200, 1, stock, 6), lambda *a, **k: None)
    words = _words({*pool.captions, *unseen.captions})
    held = motion_flow.whole(unseen, words)
    before = motion_flow.held_loss(network, held)
    log = Log(tmp_path / "log.jsonl", lambda **facts: None)
    found = motion_flow.train(network, pool, words, 400 / 60, tmp_path / "kept.pt", log, held=unseen)
    after = motion_flow.held_loss(found, held)
    blank = motion_flow.held_loss(found, (held[0], *words.of([""] * len(held[0])), held[3]))
    assert after < 0.8 * before
    assert after < blank


def test_kept_captions_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def embedded(captions: set[str], *rest: Any) -> Any:
        calls.append(len(captions))
        return _words(captions)

    monkeypatch.setattr(motion.shape_flow, "embedded", embedded)
    first = motion.embedded({"a", "b c"}, tmp_path, "cpu", lambda *a, **k: None)
    again = motion.embedded({"a", "b c"}, tmp_path, "cpu", lambda *a, **k: None)
    assert calls == [2]
    assert first.place == again.place
    assert torch.equal(first.states, again.states)
    motion.embedded({"a", "other"}, tmp_path, "cpu", lambda *a, **k: None)
    assert calls == [2, 2]
