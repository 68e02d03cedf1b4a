"""Finds engines: one class in one file, under engines/{image,audio,video,mesh}/ or in a plug-in folder.

Listing imports the files, which is light: engine files import their heavy side inside functions only.
"""

import functools
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from msgspec import Struct

from engines import shelf
from engines.contract import MEDIUMS, Engine, EngineCard, Info, Lent, Refused, params_of
from engines.files import assets


class Listing(Struct, frozen=True, eq=False):
    """The engines found: `cards` by name, `broken` files with a sentence each, and the classes behind the cards."""

    cards: dict[str, EngineCard]
    broken: dict[str, str]
    classes: dict[str, Callable[[], Any]]

    def make(self, name: str) -> Engine:
        """A fresh engine. Refused('bad-request') when there is none of that name."""
        found = self.classes.get(name)
        if found is None:
            raise Refused("bad-request", f"There is no engine {name!r}; there are: {', '.join(sorted(self.cards))}.")
        engine = found()
        if hasattr(engine, "borrow"):
            engine.borrow(self.lent)
        return engine

    def lent(self, name: str) -> Lent:
        """The engine `name` for another one to work with. Refused when there is none, or it lacks its weights."""
        card = self.cards.get(name)
        if card is None:
            raise Refused("bad-request", f"There is no engine {name!r}; there are: {', '.join(sorted(self.cards))}.")
        if card.missing:
            raise Refused("missing", f"{card.info.title} cannot work: it lacks {', '.join(card.missing)}.")
        return Lent(card, functools.partial(self.make, name))

    def add_model(self, card: EngineCard) -> None:
        """List a model of the user's, or list it anew."""
        self.cards[card.info.name] = card
        self.classes[card.info.name] = functools.partial(_pipeline, card)

    def drop_model(self, name: str) -> None:
        """List a model of the user's no more."""
        self.cards.pop(name, None)
        self.classes.pop(name, None)


def listing(plugins: Sequence[str | Path] = (), models: Path | None = None) -> Listing:
    """Every shipped engine, those in the `plugins` folders, and the user's models on the shelf `models`, by name.

    Loads neither torch nor Qt.
    """
    found = Listing({}, {}, {})
    loaded = []
    for path, package in _files(plugins):
        with _told(found, path):
            loaded.append((path, _engine_in(_loaded(path, package))))
    for path, engine in sorted(loaded, key=lambda one: not _is_own(*one)):
        with _told(found, path):
            _add(found, path, engine)
    for card in shelf.cards(models).values():
        found.add_model(card)
    return found


def _pipeline(card: EngineCard) -> Any:
    from engines.pipelines.engine import Pipeline

    return Pipeline(card, shelf.folder())


@contextmanager
def _told(found: Listing, path: Path) -> Iterator[None]:
    """A foreign file may do anything; it costs a sentence."""
    try:
        yield
    except (Exception, SystemExit) as error:  # noqa: BLE001  (as said)
        found.broken[str(path)] = f"{path.name} is no engine: {type(error).__name__}: {error}"


def _is_own(path: Path, engine: type[Any]) -> bool:
    """Whether the file bears the engine's name; such an engine keeps its name beside copies of it."""
    return bool(path.stem == engine.info.name.rpartition("/")[2].replace("-", "_"))


def make(name: str, plugins: Sequence[str | Path] = ()) -> Engine:
    """A fresh engine of that name. Refused('bad-request') when there is none."""
    return listing(plugins).make(name)


def _files(plugins: Sequence[str | Path]) -> Iterator[tuple[Path, str]]:
    """Candidate files with the package each belongs to ('' for a plug-in)."""
    here = Path(__file__).resolve().parent
    folders = [(here / medium, f"engines.{medium}") for medium in MEDIUMS]
    for folder, package in [*folders, *((Path(p).expanduser(), "") for p in plugins)]:
        for path in sorted(folder.glob("*.py")):
            if not path.name.startswith(("_", ".")):
                yield path, package


def _loaded(path: Path, package: str) -> ModuleType:
    if package:
        return importlib.import_module(f"{package}.{path.stem}")
    name = f"darkroom_plugin_{abs(hash(str(path.resolve()))):x}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # type hints are resolved through it
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _engine_in(module: ModuleType) -> type[Any]:
    """The one engine class that `module` itself defines."""
    own = [kind for kind in vars(module).values() if inspect.isclass(kind) and kind.__module__ == module.__name__]
    engines = [kind for kind in own if isinstance(getattr(kind, "info", None), Info)]
    if len(engines) != 1:
        raise TypeError(f"it must hold exactly one class with an `info`, and holds {len(engines)}")
    (engine,) = engines
    lacking = [word for word in ("Options", "generate", "render") if not hasattr(engine, word)]
    if lacking:
        raise TypeError(f"its class {engine.__name__} has no {lacking[0]}")
    return engine


def _add(found: Listing, path: Path, engine: type[Any]) -> None:
    info: Info = engine.info
    if info.medium not in MEDIUMS:
        raise ValueError(f"its medium {info.medium!r} is none of {', '.join(MEDIUMS)}")
    name = _free(found, info, path)
    if name != info.name:  # a copy of an engine file is an engine of its own, called after its file
        info = msgspec.structs.replace(info, name=name, title=f"{info.title} ({path.stem})")
        engine.info = info
    card = EngineCard(info, params_of(engine.Options), str(path), assets.missing(info.weights))
    found.cards[name] = card
    found.classes[name] = engine


def _free(found: Listing, info: Info, path: Path) -> str:
    name, n = info.name, 1
    while name in found.cards:
        name = f"{info.medium}/{path.stem}" + (f"-{n}" if n > 1 else "")
        n += 1
    return name
