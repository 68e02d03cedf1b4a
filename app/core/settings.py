"""What the user has set, and where things lie on this machine. TOML a person may edit; a broken file costs nothing."""

import base64
import os
import tomllib
from pathlib import Path
from typing import Any, Literal

import msgspec
import platformdirs
import tomli_w
from msgspec import Struct

from engines.contract import Refused
from engines.files import atomic

APP = "darkroom"


class Folders(Struct, frozen=True):
    """The three places: `config` (settings), `data` (database, steps, blobs, logs), `gallery` (the results)."""

    config: Path
    data: Path
    gallery: Path

    @property
    def settings(self) -> Path:
        return self.config / "settings.toml"

    @property
    def state(self) -> Path:
        """Where docks and window places are remembered."""
        return self.config / "state.toml"

    @property
    def database(self) -> Path:
        return self.data / "history.db"

    @property
    def steps(self) -> Path:
        return self.data / "steps"

    @property
    def blobs(self) -> Path:
        return self.data / "blobs"

    @property
    def thumbs(self) -> Path:
        return self.data / "thumbs"

    @property
    def takes(self) -> Path:
        """Recordings, each until it is kept."""
        return self.data / "takes"

    @property
    def own_assets(self) -> Path:
        """Weights that were trained here and are used in place of the shipped ones."""
        return self.data / "assets"

    @property
    def models(self) -> Path:
        """The shelf: the cards of the models the user has opened."""
        return self.data / "models"

    @property
    def projects(self) -> Path:
        """Projects of the timeline that were given no other place."""
        return self.gallery.with_name(f"{self.gallery.name} projects")

    @property
    def paces(self) -> Path:
        """What earlier runs took, for forecasts."""
        return self.data / "paces.json"

    @property
    def wildcards(self) -> Path:
        """The files of words that prompts name: __animals__ is a line of animals.txt."""
        return self.data / "wildcards"

    @property
    def ratings(self) -> Path:
        """The keys of the rating sets that were made here: which medium is of which setting."""
        return self.data / "ratings"

    @property
    def rating_sets(self) -> Path:
        """Rating sets that were given no other place."""
        return self.gallery.with_name(f"{self.gallery.name} ratings")

    @property
    def presets(self) -> Path:
        """Settings that were kept by name."""
        return self.data / "presets"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    def make(self) -> "Folders":
        """Create what is not there; Refused('disk') naming the first folder that cannot be."""
        for folder in (self.config, self.data, self.gallery, self.steps, self.blobs, self.thumbs, self.logs):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise Refused("disk", atomic.sentence(error, folder).sentence) from error
        return self


def default_folders() -> Folders:
    """The folders of this user, or everything below $DARKROOM_HOME when that is set."""
    home = os.environ.get("DARKROOM_HOME")
    if home:
        root = Path(home).expanduser().absolute()
        return Folders(config=root / "config", data=root / "data", gallery=root / "gallery")
    return Folders(
        config=Path(platformdirs.user_config_dir(APP, appauthor=False)),
        data=Path(platformdirs.user_data_dir(APP, appauthor=False)),
        gallery=Path(platformdirs.user_pictures_dir()) / "Darkroom",
    )


class Settings(Struct, frozen=True, kw_only=True):
    """Every setting with its default. `gallery` empty means the usual folder; `engine_python` empty means this one;
    a model that is not used for `idle_minutes` gives its memory back (0: never)."""

    gallery: str = ""
    theme: Literal["dark", "light", "system"] = "dark"
    language: str = ""
    engine_python: str = ""
    step_budget_mb: int = 4096
    idle_minutes: int = 15
    plugins: tuple[str, ...] = ()
    model_folders: tuple[str, ...] = ()
    last_engine: str = ""
    preview_interval_ms: int = 40
    confirm_quit: bool = True
    notify_done: bool = True
    live: bool = False

    def folders(self, usual: Folders) -> Folders:
        """`usual` with the gallery the user has chosen, if any."""
        if not self.gallery:
            return usual
        return msgspec.structs.replace(usual, gallery=Path(self.gallery).expanduser().absolute())


class Loaded(Struct, frozen=True):
    """What reading gave: the settings and one sentence for each thing that was wrong with the file."""

    settings: Settings
    notices: tuple[str, ...] = ()


def load(path: Path) -> Loaded:
    """The settings at `path`; defaults where it is silent. Never raises for a bad file: it is kept aside and named."""
    table, notices = read_table(path)
    kept: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        if field.name not in table:
            continue
        try:
            kept[field.name] = msgspec.convert(table[field.name], field.type)
        except msgspec.ValidationError:
            shown = repr(table[field.name])
            notices += (f"The setting {field.name} = {shown} in {path} cannot be used; the default is used instead.",)
    return Loaded(Settings(**kept), notices)


def save(path: Path, settings: Settings) -> None:
    """Write `settings`, keeping what the file says besides. Refused('disk') with one sentence."""
    table, _ = read_table(path)
    write_table(path, table | msgspec.to_builtins(settings))


def read_table(path: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The TOML at `path` ({} when there is none) and what was wrong with it; a broken file is moved aside."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), ()
    except FileNotFoundError:
        return {}, ()
    except OSError as error:
        return {}, (f"{atomic.sentence(error, path).sentence} The defaults are used.",)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, (f"{path} is not valid TOML ({error}); the defaults are used{_set_aside(path)}.",)


def write_table(path: Path, table: dict[str, Any]) -> None:
    """Write `table` as TOML, whole or not at all. Refused('disk') with one sentence."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, tomli_w.dumps(table).encode("utf-8"))
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, path).sentence) from error


def load_state(path: Path) -> dict[str, bytes]:
    """What the window remembers: names to opaque bytes (dock places and the like); {} when there is nothing to use."""
    table, _ = read_table(path)
    state = {}
    for name, text in table.items():
        try:
            state[name] = base64.b64decode(text, validate=True)
        except (ValueError, TypeError):
            continue
    return state


def save_state(path: Path, state: dict[str, bytes]) -> None:
    """Remember `state` for the next start."""
    write_table(path, {name: base64.b64encode(value).decode("ascii") for name, value in state.items()})


def _set_aside(path: Path) -> str:
    """Move a broken file out of the way; the end of a sentence that says where it is now."""
    aside = path.with_name(path.name + ".broken")
    try:
        os.replace(path, aside)
    except OSError:
        return " and the file is left as it is"
    return f" and the file is kept as {aside.name}"


def downloads(folders: Folders, settings: Settings) -> Path:
    """Where models from the hub go: the first of the user's own folders of models that is there, else one beside the
    library."""
    own = next((Path(folder) for folder in settings.model_folders if Path(folder).is_dir()), None)
    return own or folders.data / "downloads"
