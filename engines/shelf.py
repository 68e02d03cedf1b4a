"""The models a user has opened, and what can be added to them: a folder with a small file for each, so that they are
listed like any engine.

Such a file is made once, by the worker (`engines.pipelines`), and read back without loading anything heavy. Light: the
registry imports this.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from engines.contract import AdapterKind, ControlKind, EngineCard, Param, Refused
from engines.files import atomic
from engines.files.sniff import fit

ENDING = ".shelf.json"
MAPS: tuple[str, ...] = ("canny", "softedge", "lineart", "scribble", "depth", "normals", "tile", "colour", "shuffle")
MAPS += ("inpaint", "grey", "recolour", "blur", "pose")  # that can be made of a picture (engines.control.preprocess)
CALLED = {"hed": "softedge", "pidi": "softedge", "normal": "normals", "color": "colour", "gray": "grey"}
CALLED |= {"openpose": "pose", "recolor": "recolour", "sketch": "scribble"}  # as ControlNets are named by others
ENLARGER = "enlarger"  # the option of a model that the names of upscalers are choices of
FOUND = "found.json"  # what the last scan of the user's folders found that models may need beside them
CALLS = {  # what the kinds of parts are called
    "controlnet": "a ControlNet",
    "t2i-adapter": "a T2I-Adapter",
    "ip-adapter": "an IP-Adapter",
    "lora": "a LoRA",
    "embedding": "an embedding",
    "preview": "a small autoencoder",
    "upscaler": "an upscaler",
}
STEERING = ("controlnet", "t2i-adapter", "ip-adapter")  # those that are given a picture
FORM = 3  # of what is told of a model; one told in an earlier form is looked at anew when it is opened again
UNION: dict[str, tuple[str, ...]] = {  # the modes of networks for several kinds of maps -> those that can be made
    **{one: (one,) for one in ("pose", "depth", "normals", "tile", "inpaint", "blur", "grey")},
    "softedge": ("softedge", "scribble"),
    "canny": ("canny", "lineart"),
    "segment": (),
    "low quality": (),
}
LOOKS = "looks"  # a folder on the shelf: of results that wore a LoRA, small
PICTURES = (".preview.png", ".png", ".preview.jpg", ".jpg", ".jpeg", ".preview.webp", ".webp", ".preview.jpeg")
COPIES = "copies"  # a folder on the shelf: of checkpoints that could run code, their weights alone


class Part(Struct, frozen=True, tag="part"):
    """Something that is added to a model, or works beside one: its `kind` is one of CALLS, `base` what it was made for
    (as in engines.files.sniff.fit), `origin` where it lies, `words` those that call it up, `beside` a folder it needs.

    `modes` are the kinds of maps that a network for several reads, in the order it numbers them; each is a control of
    its own, 'name/mode'.
    """

    name: str
    kind: str
    title: str
    base: str
    origin: str
    words: tuple[str, ...] = ()
    beside: str = ""
    modes: tuple[str, ...] = ()


class Model(Struct, frozen=True, tag="model"):
    """A model: its card (`card.origin` is where it lies), and by the kind of part what one must be made for to fit
    it, its own family first."""

    card: EngineCard
    fits: dict[str, tuple[str, ...]] = {}

    def takes(self, part: Part) -> bool:
        """Whether `part` can be added to it."""
        return fit.fits(part.base, self.fits.get(part.kind, ()))


class Found(Struct, frozen=True, array_like=True):
    """Something a scan found in the user's folders: where, of which family its network is, and what parts it has, by
    the ids of `engines.files.sniff`."""

    path: str
    family: str = ""
    parts: tuple[str, ...] = ()

    @property
    def gives(self) -> set[str]:
        """The ids of parts that may be there; '@flux1' for a network of that family."""
        single = {one for part in self.parts for one in part.split("|")}
        return single | ({f"@{self.family}"} if self.family else set())


class _Entry(Struct, frozen=True):
    """What stands on the shelf, the state of its files when it was put there, and the path it was opened by.

    `form` is FORM of the program that wrote it: what an older one wrote is listed, but looked at anew when opened."""

    what: Model | Part
    state: str
    path: str = ""
    form: int = 0  # FORM then

    @property
    def name(self) -> str:
        return self.what.name if isinstance(self.what, Part) else self.what.card.info.name

    @property
    def origin(self) -> str:
        return self.what.origin if isinstance(self.what, Part) else self.what.card.origin


def folder() -> Path | None:
    """Where the shelf is, $DARKROOM_MODELS; None when there is none."""
    named = os.environ.get("DARKROOM_MODELS", "")
    return Path(named) if named else None


def cards(shelf: Path | None) -> dict[str, EngineCard]:
    """The cards of the models by their engines' names, with the parts that fit; what has moved is missing."""
    entries = _entries(shelf)
    fitting = [entry.what for entry in entries if isinstance(entry.what, Part) and Path(entry.what.origin).exists()]
    models = [entry.what for entry in entries if isinstance(entry.what, Model)]
    return {model.card.info.name: _fitted(model, fitting, shelf) for model in models}


def parts(shelf: Path | None) -> dict[str, Part]:
    """What can be added to models, by name."""
    return {entry.what.name: entry.what for entry in _entries(shelf) if isinstance(entry.what, Part)}


def models(shelf: Path | None) -> dict[str, Model]:
    """The models, by their engines' names."""
    return {entry.name: entry.what for entry in _entries(shelf) if isinstance(entry.what, Model)}


def misfit(model: Model, part: Part) -> str:
    """Why `part` cannot be added to `model`, in a sentence; '' when it can."""
    if model.takes(part):
        return ""
    title, what = model.card.info.title, CALLS.get(part.kind, f"a {part.kind}")
    if part.kind not in model.fits:
        return f"{part.title} is {what}, and models like {title} take none."
    made, own = fit.title(part.base), fit.title(model.fits[part.kind][0])
    return f"{part.title} is {what} for {made}; {title} is {own}."


def places(shelf: Path) -> dict[str, tuple[str, ...]]:
    """By the names of what stands on the shelf, where it lies: the path it was opened by, and the file that is read of
    that; a copy kept here is none."""
    copies = shelf / COPIES
    found = {}
    for entry in _entries(shelf):
        origin = () if copies in Path(entry.origin).parents else (entry.origin,)
        found[entry.name] = tuple(dict.fromkeys(filter(None, (entry.path, *origin)))) or (entry.origin,)
    return found


def tell(shelf: Path, rows: Iterable[Found]) -> None:
    """Keep what a scan found, for models that need parts beside them. Raises the OSError that stopped it."""
    data = msgspec.json.encode(tuple(rows))
    place = shelf / FOUND
    if not place.exists() or place.read_bytes() != data:
        shelf.mkdir(parents=True, exist_ok=True)
        atomic.write(place, data)


def found(shelf: Path) -> tuple[Found, ...]:
    """What the last scan found; nothing where none was made."""
    try:
        return msgspec.json.decode((shelf / FOUND).read_bytes(), type=tuple[Found, ...])
    except (OSError, msgspec.MsgspecError):
        return ()


def opened(path: Path) -> Model | Part:
    """What the file or folder `path` is: as the shelf knows it, or looked at anew and put there. Refused when nothing.

    Heavy where it must be looked at: for the worker alone.
    """
    shelf = folder()
    known = _read(_place(shelf, path)) if shelf else None
    state = (state_of(path), FORM)
    if known is not None and (known.state, known.form) == state and not _gone(known.what):
        return known.what
    from engines.pipelines import schema

    found = schema.described(path)
    if shelf:
        try:
            keep(shelf, path, found)
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, shelf).sentence) from error
    return found


def keep(shelf: Path, path: Path, what: Model | Part) -> None:
    """Put `what`, which lies at `path`, on the shelf. Raises the OSError that stopped it."""
    shelf.mkdir(parents=True, exist_ok=True)
    atomic.write(_place(shelf, path), msgspec.json.encode(_Entry(what, state_of(path), str(path), FORM)))


def drop(shelf: Path, name: str) -> bool:
    """Take what is called `name` off the shelf, with the copy made of it; its own files stay. False when it was not
    there."""
    for file in shelf.glob(f"*{ENDING}"):
        entry = _read(file)
        if entry is not None and entry.name == name:
            file.unlink()
            shutil.rmtree(shelf / COPIES / file.name.removesuffix(ENDING), ignore_errors=True)
            return True
    return False


def copy_place(shelf: Path, path: Path) -> Path:
    """Where the safetensors copy of the checkpoint `path` is; it keeps the name, which people know it by."""
    return shelf / COPIES / _key(path) / f"{path.stem}.safetensors"


def state_of(path: Path) -> str:
    """Names, sizes and times of the files of a model, hashed: changes when any of them does."""
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    told = hashlib.sha256()
    for file in files:
        state = file.stat()
        told.update(f"{file.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return told.hexdigest()


def _fitted(model: Model, parts: list[Part], shelf: Path | None) -> EngineCard:
    card, fitting = model.card, [part for part in parts if model.takes(part)]
    controls = [kind for part in fitting if part.kind in STEERING for kind in _controls(part)]
    info = msgspec.structs.replace(
        card.info,
        controls=(*card.info.controls, *controls),
        adapters=tuple(_shown(part, shelf) for part in fitting if part.kind == "lora"),
        embeddings=tuple(_shown(part, shelf) for part in fitting if part.kind == "embedding"),
    )
    enlargers = tuple(part.name for part in parts if part.kind == "upscaler")
    params = tuple(_with_choices(param, enlargers) if param.name == ENLARGER else param for param in card.params)
    return msgspec.structs.replace(card, info=info, missing=_gone(model), params=params)


def _with_choices(param: Param, more: tuple[str, ...]) -> Param:
    return msgspec.structs.replace(param, choices=(*param.choices, *more))


def _gone(what: Model | Part) -> tuple[str, ...]:
    """The paths it is made of that are not there any more."""
    paths = (what.origin,) if isinstance(what, Part) else (what.card.origin, *what.card.beside.values())
    return tuple(path for path in dict.fromkeys(paths) if not Path(path).exists())


def look(shelf: Path, name: str) -> Path:
    """Where the picture of the last result is that wore the LoRA `name`."""
    return shelf / LOOKS / f"{name}.webp"


def _shown(part: Part, shelf: Path | None) -> AdapterKind:
    """With the picture beside its file, as other programs keep it ('ink.png', 'ink.preview.png' ...), else that of its
    last result."""
    file = Path(part.origin)
    places = [file.with_name(file.stem + ending) for ending in PICTURES]
    places += [look(shelf, part.name)] if shelf else []
    found = next((str(place) for place in places if place.is_file()), "")
    return AdapterKind(part.name, part.title, part.words, found)


def _controls(part: Part) -> list[ControlKind]:
    told = f"A map for {part.title}."
    if part.kind == "ip-adapter":
        return [ControlKind(part.name, "image", "A picture the result takes after.", title=part.title)]
    if not part.modes:
        return [ControlKind(part.name, "image", told, title=part.title, makes=_makes(part.title))]
    return [
        ControlKind(f"{part.name}/{mode}", "image", told, title=f"{part.title}: {mode}", makes=(*UNION[mode], ""))
        for mode in part.modes
    ]


def _makes(title: str) -> tuple[str, ...]:
    """The maps there are, that which a ControlNet's name speaks of first; '' first when it speaks of none."""
    said = title.lower()
    meant = [made for word, made in (CALLED | dict(zip(MAPS, MAPS, strict=True))).items() if word in said]
    return tuple(dict.fromkeys([*(meant or [""]), *MAPS]))


def _entries(shelf: Path | None) -> list[_Entry]:
    files = sorted(shelf.glob(f"*{ENDING}")) if shelf and shelf.is_dir() else []
    return [entry for entry in map(_read, files) if entry is not None]


def _place(shelf: Path, path: Path) -> Path:
    return shelf / (_key(path) + ENDING)


def _key(path: Path) -> str:
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:24]


def _read(file: Path) -> _Entry | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Entry)
    except (OSError, msgspec.MsgspecError):
        return None
