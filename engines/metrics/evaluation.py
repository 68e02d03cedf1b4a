"""Every metric by its name: what it is measured on, which way is better, what it is blind to, and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from engines.contract import Refused
from engines.metrics import bits, lpips, nets, of_pictures, of_shapes, of_sounds
from engines.metrics.features import Extractor, Report, files
from engines.metrics.tasks import Metric as Metric
from engines.metrics.tasks import Needs as Needs
from engines.metrics.tasks import Task as Task
from engines.metrics.tasks import prompts as prompts

_SEEN = ("effnet", "match", "inception", "inception-clean", "inception-antialias", "clip")
_CLASSES = tuple(name for name in _SEEN if nets.NETS[name].classes)
_WORDS = ("match", "clip")
_ALONE = "Compare only figures of the same features. "

METRICS: dict[str, Metric] = {
    "fid": Metric(
        "Frechet distance",
        "image",
        "sets",
        "lower",
        "Too high with few pictures; compare only equal counts and features (that of EfficientNet is no Inception "
        "FID). 'error' is the luck of the draw, twice of it a 95 % interval; 'endless' takes the bias of few out.",
        _SEEN,
    ),
    "kid": Metric(
        "Kernel distance",
        "image",
        "sets",
        "lower",
        "Unbiased, but noisy with few pictures. 'spread' is the deviation over subsets, as papers tell it; 'error' "
        "the standard error.",
        _SEEN,
    ),
    "manifold": Metric(
        "Precision, recall, density, coverage",
        "image",
        "sets",
        "higher",
        "Single odd pictures fool precision and recall; compare equal counts.",
        _SEEN,
    ),
    "nearest": Metric(
        "Distance to the nearest real one",
        "image",
        "sets",
        "",
        "A small distance may be a copy, or a plain subject; look at the pairs.",
        _SEEN,
    ),
    "vendi": Metric(
        "Vendi score", "image", "set", "higher", "Grows with the count; sees only what the features see.", _SEEN
    ),
    "is": Metric(
        "Inception score, by the classes of the features",
        "image",
        "set",
        "higher",
        "Never looks at real pictures, and cannot tell copies; comparable with papers by Inception only. 'spread' is "
        "the deviation over splits, 'error' the standard error of their mean.",
        _CLASSES,
    ),
    "clip": Metric(
        "CLIP-score and retrieval",
        "image",
        "words",
        "higher",
        "By Darkroom's net unless CLIP is chosen: compare only figures of one network.",
        _WORDS,
    ),
    "direction": Metric(
        "Directional CLIP-score of edits",
        "image",
        "pairs",
        "higher",
        "Does not see how much of the picture was kept; compare only figures of one network.",
        _WORDS,
    ),
    "pixels": Metric("PSNR, SSIM, MS-SSIM", "image", "pairs", "higher", "A shift by a pixel costs more than a blur."),
    "lpips": Metric(
        "LPIPS",
        "image",
        "pairs",
        "lower",
        "Fitted to small distortions of small patches; AlexNet's and VGG's figures are not comparable.",
        tuple(lpips.NAMES),
    ),
    "bits": Metric(
        "Bits per dimension",
        "image",
        "set",
        "lower",
        "A likely picture is not a good one (flat ones are likeliest); figures of two models are not comparable.",
        ("blend", "pixel"),
    ),
    "stft": Metric("Multi-resolution STFT distance", "audio", "pairs", "lower", "Phase does not count."),
    "fad": Metric(
        "Frechet audio distance",
        "audio",
        "sets",
        "lower",
        _ALONE + "Too high with few seconds; deaf to how a sound goes on beyond a second or ten.",
        ("sound", "vggish", "clap"),
    ),
    "clap": Metric(
        "CLAP-score and retrieval", "audio", "words", "higher", "Compare only figures of the same CLAP.", ("clap",)
    ),
    "loudness": Metric(
        "Loudness (BS.1770)",
        "audio",
        "set",
        "",
        "In LUFS; says nothing of what is louder when. Less than 0.4 s counts as silent; 'spread' is the deviation.",
    ),
    "key": Metric(
        "Agreement with the key asked for",
        "audio",
        "words",
        "higher",
        "Hears major and minor only, and gives noise a key too; a wrong guess may be the ear's.",
    ),
    "onsets": Metric(
        "Agreement with notes and tempo asked for",
        "audio",
        "words",
        "higher",
        "Soft beginnings are missed; a tempo of half or double counts as right.",
    ),
    "audio-bits": Metric(
        "Bits per sample",
        "audio",
        "set",
        "lower",
        "A likely sound is not a good one (silence is likeliest); figures of two models are not comparable.",
        ("drum", "wave"),
    ),
    "clips": Metric(
        "Temporal consistency and flicker", "video", "set", "", "A clip that stands still is perfect.", _SEEN
    ),
    "fvd": Metric(
        "Frechet video distance, on features of frames",
        "video",
        "sets",
        "lower",
        "Not the FVD of papers (which is by I3D): sees what is shown and how much changes, not in which order.",
        _SEEN,
    ),
    "surfaces": Metric("Chamfer, F-score, normals", "mesh", "pairs", "", "Thin parts weigh as little as their area."),
    "closed": Metric("Open edges", "mesh", "set", "lower", "A closed surface may still cut through itself."),
    "render": Metric(
        "Render-CLIP: views against words",
        "mesh",
        "words",
        "higher",
        "Sees four lit views from outside only; compare only figures of one network.",
        _WORDS,
    ),
}
_COMPUTED = of_pictures.COMPUTED | of_sounds.COMPUTED | of_shapes.COMPUTED
NAMES = nets.NAMES | lpips.NAMES | bits.NAMES  # what the features of all metrics are


class Answer(Struct, frozen=True):
    """The figures by name, and how many files they are of."""

    metric: str
    features: str
    count: int
    values: dict[str, float]
    biases: str


def known(name: str, real: Path | None) -> Metric:
    """The metric of that name. Refused('bad-request') when there is none, or it lacks real files."""
    if name not in METRICS:
        raise Refused("bad-request", f"There is no metric {name!r}; there are: {', '.join(METRICS)}.")
    metric = METRICS[name]
    if metric.needs in ("sets", "pairs") and real is None:
        raise Refused("bad-request", f"{metric.title} compares with real files: say where they are with --real.")
    return metric


def extractor(metric: Metric, features: str = "", cache: Path | None = None, folders: Sequence[Path] = ()) -> Extractor:
    """The features a metric looks at, for more than one evaluation. Refused when it cannot be measured with them, or
    they are not on this machine."""
    name = features or next(iter(metric.features), "")
    plain = name.partition("=")[0]
    if metric.features and plain not in metric.features:
        raise Refused("bad-request", f"{metric.title} is measured with {', '.join(metric.features)}, not {plain}.")
    used = plain in nets.NETS and plain in metric.features
    return Extractor(name if used else "effnet", cache, folders)  # loads nothing before it is asked


def evaluated(task: Task, report: Report | None = None, eyes: Extractor | None = None) -> Answer:
    """Measure. Raises Refused with a sentence when something is missing or does not fit. `eyes` of other features than
    the task's are not used."""
    metric = known(task.metric, task.real)
    made = files(task.made, metric.medium)[: task.count or None]
    wanted = (task.features or next(iter(metric.features), "")).partition("=")[0]
    if eyes is None or eyes.name != wanted:
        eyes = extractor(metric, task.features, task.cache, task.folders)
    try:
        values = _COMPUTED[task.metric](task, made, eyes, report)
    except ValueError as error:
        raise Refused("bad-request", f"{metric.title} cannot be measured here: {error}.") from error
    return Answer(task.metric, wanted if metric.features else "", len(made), values, metric.biases)
