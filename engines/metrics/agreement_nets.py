"""The agreement of what networks see and hear: one network of the true layout and random weights, in two libraries."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.metrics import agreement, eyes, fidelity, frechet, inception, kernel, resize
from engines.metrics.agreement import Told

WIDE = 4  # features of Inception's the distances are of: fewer than pictures, so that no covariance is singular
COUNT = 6  # pictures of each set


def randomised(network: Any, seed: int = 0) -> Any:
    """Weights that keep the variance of what goes through them (He et al., 2015): else all pictures look the same."""
    torch.manual_seed(seed)
    for part in network.modules():
        if isinstance(part, torch.nn.Conv2d | torch.nn.Linear):
            torch.nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
        if isinstance(part, torch.nn.BatchNorm2d):
            for kept, (low, high) in ((part.running_mean, (-0.2, 0.2)), (part.running_var, (0.5, 1.5))):
                torch.nn.init.uniform_(kept, low, high)  # type: ignore[arg-type]
            torch.nn.init.uniform_(part.weight, 0.8, 1.2)
            torch.nn.init.normal_(part.bias, 0, 0.1)
    return network.eval()


def pictures(count: int, seed: int) -> np.ndarray:
    """Smooth coloured noise, uint8 (N, 72, 64, 3), its contrast different for every seed."""
    rng = np.random.default_rng(seed)
    rough = torch.from_numpy(rng.uniform(0, 255, (count, 3, 9, 8)))
    smooth = torch.nn.functional.interpolate(rough, (72, 64), mode="bicubic").clamp(0, 255)
    fine = rng.normal(0, 10 + 10 * seed, (count, 72, 64, 3))
    return np.clip(smooth.permute(0, 2, 3, 1).numpy() + fine, 0, 255).astype(np.uint8)


class Seen:
    """Two sets of pictures as our Inception and torch-fidelity's see them, with the same weights from one file."""

    def __init__(self) -> None:
        from engines.nn.inception import Inception

        theirs = fidelity.module("feature_extractor_inceptionv3").FeatureExtractorInceptionV3
        self.sets = pictures(COUNT, 1), pictures(COUNT, 2)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pt_inception-2015-12-05-random.pth"
            torch.save(randomised(Inception()).state_dict(), path)
            self.eyes = {rule: make(path) for rule, make in eyes.INCEPTION.items() if rule != "clean"}
            self.path = path
            names = ["2048", "logits_unbiased"]
            self.theirs = theirs("inception-v3-compat", names, str(path)).eval()
            self.smooth = self._torchmetrics(path)
        with torch.no_grad():
            told = [self.theirs(as_tensor(one)) for one in self.sets]
        self.features, self.logits = zip(*((a.numpy(), b.numpy()) for a, b in told), strict=True)
        self.ours = tuple(self.eyes["tensorflow"].of(list(one)) for one in self.sets)

    @staticmethod
    def _torchmetrics(path: Path) -> Any:
        from torchmetrics.image.fid import NoTrainInceptionV3

        return NoTrainInceptionV3("inception-v3-compat", ["2048"], str(path), antialias=True)


@functools.cache
def seen() -> Seen:
    return Seen()


def as_tensor(stack: np.ndarray) -> Tensor:
    return torch.from_numpy(stack).permute(0, 3, 1, 2)


class Cut(torch.nn.Module):
    """The first few features of a network, for torchmetrics."""

    num_features = WIDE

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            told = self.network(x)
        return (told[0] if isinstance(told, tuple) else told)[:, :WIDE]


def _features() -> float:
    """Of all 2048 features of all pictures, relative to the largest."""
    both = zip(seen().ours, seen().features, strict=True)
    return max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in both)


def _fid_fidelity() -> float:
    theirs = fidelity.module("metric_fid")
    stats = [theirs.fid_features_to_statistics(torch.from_numpy(one[:, :WIDE]).double()) for one in seen().features]
    exact = theirs.fid_statistics_to_metric(*stats, False)[theirs.KEY_METRIC_FID]
    return agreement.off([(frechet.frechet(*(one[:, :WIDE] for one in seen().ours)), exact)])


def _through_torchmetrics(network: Any, ours: tuple[np.ndarray, ...]) -> float:
    from torchmetrics.image.fid import FrechetInceptionDistance

    theirs: Any = FrechetInceptionDistance(feature=Cut(network))  # adds up in double precision
    for one, real in zip(seen().sets, (True, False), strict=True):
        theirs.update(as_tensor(one), real=real)
    return agreement.off([(frechet.frechet(*(one[:, :WIDE] for one in ours)), float(theirs.compute()))])


def _fid_torchmetrics() -> float:
    return _through_torchmetrics(seen().theirs, seen().ours)


def _fid_antialiased() -> float:
    return _through_torchmetrics(seen().smooth, tuple(seen().eyes["antialiased"].of(list(one)) for one in seen().sets))


def _kid() -> float:
    theirs = fidelity.module("metric_kid")
    sets = [torch.from_numpy(one).double() for one in seen().features]  # else it adds up in single precision
    exact = theirs.kid_features_to_metric(*sets, kid_subsets=2, kid_subset_size=COUNT, verbose=False)
    ours = kernel.kid(seen().ours[0], seen().ours[1], 2, COUNT).mean
    return agreement.off([(ours, exact[theirs.KEY_METRIC_KID_MEAN])])


def _is() -> float:
    theirs = fidelity.module("metric_isc")
    logits = np.concatenate(seen().logits)
    exact = theirs.isc_features_to_metric(torch.from_numpy(logits), 3, False)[theirs.KEY_METRIC_ISC_MEAN]
    ours = np.concatenate([seen().eyes["tensorflow"].classes(list(one)) for one in seen().sets])
    return agreement.off([(inception.score(ours, 3)[0], exact)])


def _tensorflow() -> float:
    theirs = fidelity.module("interpolate_compat_tensorflow").interpolate_bilinear_2d_like_tensorflow1x
    rng, worst = np.random.default_rng(0), 0.0
    for size in ((64, 48), (299, 299), (300, 298), (512, 341)):
        some = rng.integers(0, 256, (2, *size, 3), np.uint8)
        exact = theirs(as_tensor(some).float(), (299, 299), align_corners=False)
        worst = max(worst, float((resize.tensorflow(some, 299) - exact).abs().max()))
    return worst


def _clean() -> float:
    """In levels of 255: Pillow's filter against torch's own, which is not rounded either."""
    rng, worst = np.random.default_rng(1), 0.0
    for size in ((64, 48), (512, 341)):
        some = rng.integers(0, 256, (2, *size, 3), np.uint8)
        exact = torch.nn.functional.interpolate(as_tensor(some).double(), (299, 299), mode="bicubic", antialias=True)
        worst = max(worst, float((resize.clean(some, 299) - exact.clamp(0, 255)).abs().max()))
    return worst


def _lpips() -> float:
    import torchmetrics.functional.image.lpips as theirs

    from engines.nn import perceptual

    pairs = []
    x, y = (torch.rand(2, 3, 64, 72, generator=torch.Generator().manual_seed(n)) * 2 - 1 for n in (1, 2))
    for name, make in perceptual.BACKBONES.items():
        layers, kept = randomised(make()), theirs._get_tv_model_features
        try:  # the library takes its backbones from torchvision; it is given the same layers instead
            theirs._get_tv_model_features = lambda *_, layers=layers, **__: layers  # type: ignore[assignment]
            network: Any = theirs._LPIPS(pretrained=False, net=name, pnet_rand=True, use_dropout=True)  # type: ignore[arg-type]
        finally:
            theirs._get_tv_model_features = kept
        for line in network.lins:
            torch.nn.init.uniform_(line.model[-1].weight)
        lines = {f"lin{n}.model.1.weight": line.model[-1].weight.detach() for n, line in enumerate(network.lins)}
        ours = perceptual.Lpips(name, {f"features.{key}": one for key, one in layers.state_dict().items()}, lines)
        with torch.no_grad():
            pairs += list(zip(ours(x, y).tolist(), network.eval()(x, y).flatten().tolist(), strict=True))
    return agreement.off(pairs)


def _vggish() -> float:
    """What VGGish hears, against the spectrogram of transformers."""
    from transformers.audio_utils import mel_filter_bank, spectrogram, window_function

    from engines.nn import vggish

    mono = np.random.default_rng(4).normal(0, 0.1, 2 * vggish.RATE)
    bank = mel_filter_bank(
        257, vggish.BANDS, vggish.LOW, vggish.HIGH, vggish.RATE, mel_scale="kaldi", triangularize_in_mel_space=True
    )
    exact = spectrogram(
        mono,
        window_function(vggish.WINDOW, "hann", periodic=True),
        vggish.WINDOW,
        vggish.HOP,
        fft_length=vggish.BINS,
        power=1.0,
        center=False,
        mel_filters=bank,
        mel_floor=0.0,
    )
    heard = vggish.examples(mono).reshape(-1, vggish.BANDS)
    return float(np.abs(heard - np.log(exact.T[: len(heard)] + vggish.OFFSET)).max())


def _clip() -> float:
    """CLIP-score of a small CLIP of random weights, through torchmetrics."""
    from torchmetrics.functional.multimodal.clip_score import _clip_score_update
    from transformers import CLIPConfig, CLIPModel

    from engines.metrics import likeness

    part: dict[str, Any] = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
    part["num_attention_heads"] = 2
    words = part | {"vocab_size": 99, "max_position_embeddings": 8, "bos_token_id": 1, "eos_token_id": 2}
    torch.manual_seed(0)
    config: Any = {"text_config": words, "vision_config": part | {"image_size": 32, "patch_size": 8}}
    model = CLIPModel(CLIPConfig(**config, projection_dim=16)).eval()
    x, said = torch.randn(9, 3, 32, 32), torch.randint(3, 99, (9, 6))
    given: Any = Given(model, x, said)
    with torch.no_grad():
        exact, _ = _clip_score_update(list(x), [""] * len(x), given, given)
        shown, told = (torch.from_numpy(eyes.unit(one)) for one in (given.shown, given.told))
    ours = 100 / likeness.WEIGHT * likeness.scores(shown, told)
    return agreement.off(list(zip(ours.tolist(), exact.clamp_min(0).tolist(), strict=True)))


class Given:
    """A CLIP and its processor, as torchmetrics wants them, of what is prepared already. It keeps what was said."""

    def __init__(self, model: Any, x: Tensor, said: Tensor) -> None:
        self.model, self.x, self.said, self.config = model, x, said, model.config

    def __call__(self, images: Any = None, text: Any = None, **_: Any) -> dict[str, Tensor]:
        mask = torch.ones_like(self.said)
        return {"pixel_values": self.x} if text is None else {"input_ids": self.said, "attention_mask": mask}

    def to(self, device: Any) -> Given:
        return self

    def get_image_features(self, x: Tensor) -> Tensor:
        self.shown = self.model.get_image_features(x)
        return self.shown.pooler_output.clone()  # type: ignore[no-any-return]

    def get_text_features(self, said: Tensor, mask: Tensor) -> Tensor:
        self.told = self.model.get_text_features(said, attention_mask=mask)
        return self.told.pooler_output.clone()  # type: ignore[no-any-return]


ROWS: tuple[Told, ...] = (
    ("Inception's features", "torch-fidelity, one file of weights", _features, 1e-5),
    ("FID", "torch-fidelity, from pictures", _fid_fidelity, 1e-5),
    ("FID", "torchmetrics, from pictures", _fid_torchmetrics, 1e-5),
    ("FID, antialiased", "torchmetrics, from pictures", _fid_antialiased, 1e-5),
    ("KID", "torch-fidelity, from pictures", _kid, 1e-5),
    ("Inception Score", "torch-fidelity, from pictures", _is, 1e-5),
    ("resizing as TensorFlow 1", "torch-fidelity, in levels", _tensorflow, 0.0),
    ("clean resizing", "torch's bicubic, in levels", _clean, 1e-3),
    ("LPIPS", "torchmetrics, on random backbones", _lpips, 1e-5),
    ("VGGish's log-mel bands", "transformers' spectrogram", _vggish, 1e-5),
    ("CLIP-score", "torchmetrics, a small random CLIP", _clip, 1e-5),
)
