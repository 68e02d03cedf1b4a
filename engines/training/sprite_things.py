"""What image/sprite is taught to draw: things from the tiles of Dungeon Crawl in named colours, and characters.

Everything is 32x32 with hard edges: alpha is 0 or 255. Pictures are parted by hashing of what they show, so that the
generator, its judge and the test never share one: by the name of the drawing first, then by (colour, name).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from engines.nn.palette import hard
from engines.nn.text import read_tokenizer
from engines.training.crawl import Tile, article, share
from engines.training.recolour import main_material, recolour, to_oklab
from engines.training.vocabulary import COLOURS

# Folders of tiles that show one whole thing whose name says what it is.
FOLDERS: tuple[str, ...] = (
    "item/",
    "mon/animals",
    "mon/demons",
    "mon/dragons",
    "mon/humanoids",
    "mon/demihumanoids",
    "mon/undead",
)
FOLDERS += ("mon/amorphous", "mon/aquatic", "mon/eyes", "mon/holy", "mon/fungi_plants", "mon/nonliving", "mon/statues")
FOLDERS += ("mon/aberrations", "mon/abyss", "mon/draco/draco-base", "dngn/statues", "dngn/trees")
FOLDERS += ("dngn/blue_fountain", "dngn/blood_fountain", "dngn/dry_fountain", "dngn/sparkling_fountain")
SKIPPED: tuple[str, ...] = (
    "overlay",
    "simulacra",
    "bound_souls",
    "urand",
    "spwpn",
    "randarts",
    "_water",
    "-melee",
    "swordless",
)
SKIPPED += (
    "rolling",
    "amulet/artefact",
    "ring/artefact",
    "book/artefact",
    "test_spawner",
    "animal_skin",
    "slave",
    "zombies",
    "spectral",
    "runes",
    "/artefact",
    "item/rod",
)
JEWELS = (
    "gold golden silver bronze copper iron ruby emerald sapphire diamond pearl jade bone wooden glass amethyst leather"
)
JEWELS += " red blue green yellow purple black white pink brown gray"

# Words of the files that say nothing to somebody who writes a prompt, and what is said instead.
RENAMED = {
    "gold": "pile of gold coins",
    "fungus": "mushroom",
    "toadstool left": "toadstool",
    "toadstool right": "toadstool",
    "tree demonic": "demonic tree",
    "demonic tree": "demonic tree",
    "dead tree": "dead tree",
    "fall tree": "autumn tree",
    "glove": "gloves",
    "hat explorer": "explorer hat",
    "hat archer": "archer hat",
    "cap jester": "jester cap",
    "plate": "plate armour",
    "scarf": "scarf",
    "bush burning": "burning bush",
    "elephant demonic": "demonic elephant",
    "elephant dire": "dire elephant",
    "chunk": "chunk of meat",
    "of the dead book": "book of the dead",
    "mummy staff": "staff",
    "elemental water": "water elemental",
    "nymph water": "water nymph",
    "moccasin water": "water moccasin",
    "mail ring": "ring mail",
    "plant demonic": "demonic plant",
    "will the wisp": "will o' the wisp",
    "mace large": "large mace",
    "drinking horn": "horn",
}
# Names that would teach nothing: they are unlike what anybody would ask for.
UNSAID = "art boots/art robe/ego boots/ego robe/helmet art/helmet ego/quad/vane/zigfig/rune/plant crypt/base statue/"
UNSAID += "spectral lbl/spectral sbl/kite shield dd/kite shield dd scion/kite shield donald/tower shield dd dk/"
UNSAID += (
    "tower shield louise/machine tukima statue/wucad mu statue/zot statue/sigmund statue/cerebov statue/unknown potion/"
)
UNSAID += "uncollected orb/living spell/bone humanoid/large zombie/small zombie/spectral large/spectral small/meliai/"
UNSAID += (
    "meliai zombie/ancestor/tremorstones/chunk rotten/buckler spriggan/choko/snozzcumber/stone/training dummy statue"
)

# Creatures people ask for although the text encoder spells their names in pieces.
FABLED = (
    "orc ogre kobold minotaur gnoll hobgoblin wyvern jackal yak iguana komodo centaur harpy lich wraith ghoul golem"
)
FABLED += (
    " gargoyle merfolk anaconda basilisk manticore bullfrog goliath salamander satyr tengu dryad cyclops ooze toad"
)
FABLED += " cockroach mosquito leech cherub necromancer warlock revenant wisp o' draconian scarab lizard sorcerer siren"
FABLED += " berserker druid brigand shaman conjurer reaver juggernaut pyromancer molten crimson treant holy swine spore"


@dataclass(frozen=True, eq=False)
class Thing:
    """One drawing: what it shows in plain words, of which kind, and its pixels, uint8 (32, 32, 4), alpha 0 or 255."""

    name: str
    kind: str
    pixels: np.ndarray


def things(tiles: list[Tile]) -> list[Thing]:
    """The tiles that show one whole thing, named as somebody would ask for it.

    Monsters and statues with a word in their name that is no piece of the text encoder's vocabulary are left out: the
    invented names ('lorocyproca') that nobody would ask for.
    """
    vocabulary, found = {*read_tokenizer().get_vocab(), *FABLED.split()}, []
    for tile in tiles:
        name = called(tile)
        known = tile.kind not in ("monster", "statue") or all(word in vocabulary for word in (name or "").split())
        if name is not None and known:
            found.append(Thing(name, tile.kind, hard(tile.pixels)))
    return found


def called(tile: Tile) -> str | None:
    """What a thing is called in a prompt, or None when it has no name that says something."""
    if not tile.path.startswith(FOLDERS) or any(word in tile.path for word in SKIPPED):
        return None
    if tile.kind in ("amulet", "ring", "book") and not set(tile.name.split()) & set(JEWELS.split()):
        return None
    name = RENAMED.get(tile.name, tile.name).removesuffix(" inert").removeprefix("draco base ")
    if tile.path.startswith("mon/draco"):
        name = f"{name} draconian"
    return None if name in UNSAID.split("/") else name


def painted(thing: Thing, colour: str) -> np.ndarray:
    """The thing with its main material in a named colour, uint8 (32, 32, 4); outlines and drop shadows stay black."""
    seen = thing.pixels[..., 3] > 0
    dark = seen & (to_oklab(thing.pixels[..., :3] / 255.0)[..., 0] < 0.24)
    if dark.sum() > 0.7 * seen.sum():  # a black thing
        dark &= False
    lit = thing.pixels * ~dark[..., None]
    return np.where(dark[..., None], thing.pixels, hard(recolour(lit, COLOURS[colour])))


def colour_of(pixels: np.ndarray, near: float = 0.14) -> str | None:
    """The named colour of a sprite's main material, or None when none is near in OKLab."""
    lab, alpha = to_oklab(pixels[..., :3] / 255.0), pixels[..., 3] / 255.0
    if (alpha > 0.5).sum() < 8:
        return None
    weight = main_material(lab, alpha) * alpha
    mean = (lab * weight[..., None]).sum((0, 1)) / max(float(weight.sum()), 1e-6)
    gaps = {name: np.linalg.norm((mean - to_oklab(np.array(c) / 255.0)) * (0.5, 1, 1)) for name, c in COLOURS.items()}
    name = min(gaps, key=gaps.__getitem__)
    return name if gaps[name] < near else None


# ---------------------------------------------------------------- who sees what


def part(name: str, colour: str | None = None) -> str:
    """Who sees a picture: 'test' nobody, 'judge' the judge alone, 'train' the generator alone.

    Every tenth name is for the test with all its drawings; of the pairs (colour, name) of the others 15 % are for the
    test and 25 % for the judge. Drawings in their own colours are the generator's.
    """
    if share(f"name/{name}") < 0.08:
        return "test"
    if colour is None:
        return "train"
    place = share(f"{colour}/{name}")
    return "test" if place < 0.15 else "judge" if place < 0.4 else "train"


def captions(thing: Thing, colour: str | None) -> list[str]:
    """What somebody would write for this picture: with its colour, its kind, or its bare noun."""
    named = thing.name if colour is None or colour in thing.name.split() else f"{colour} {thing.name}"
    said = [article(named)]
    if thing.kind not in thing.name.split() and thing.kind not in ("item", "feature"):
        said.append(f"{article(named)}, {thing.kind}")
    noun = thing.name.rsplit(" ", 1)[-1]
    if noun != thing.name and " of " not in thing.name:
        said.append(article(noun if colour is None else f"{colour} {noun}"))
    return said


# ---------------------------------------------------------------- characters

SPECIES = {
    "human": "human", "human2": "human", "human3": "human", "elf": "elf", "deep_elf": "dark elf", "dwarf": "dwarf",
    "deep_dwarf": "dwarf", "gnome": "gnome", "halfling": "halfling", "orc": "orc", "ogre": "ogre", "troll": "troll",
    "minotaur": "minotaur", "mummy": "mummy", "vampire": "vampire", "ghoul": "ghoul", "kobold": "kobold",
    "gnoll": "gnoll", "gnoll2": "gnoll", "spriggan": "spriggan", "demigod": "demigod",
    "demonspawn_red": "red demon", "demonspawn_black": "black demon", "gargoyle": "gargoyle",
    "draconian_red": "red dragonkin", "draconian_green": "green dragonkin", "draconian_white": "white dragonkin",
    "draconian_purple": "purple dragonkin", "draconian_gold": "golden dragonkin", "frog": "frog person",
    "tengu_wingless_brown": "bird person", "merfolk": "merfolk", "vine_stalker": "plant person",
}  # fmt: skip
HAIRY = ("human", "elf", "dark elf", "dwarf", "gnome", "halfling", "vampire", "demigod")
GROWN = {"hair": HAIRY, "beard": ("human", "dwarf", "gnome")}
HUES = {"gray": "gray", "magenta": "pink", "cyan": "teal", "yellow": "yellow", "ybrown": "brown", "gold": "golden"}
HUES |= {word: word for word in ("red", "orange", "green", "blue", "purple", "brown", "black", "white")}

# Folder of the layers, pattern of the file name (its group is the colour), and what it is called.
LAYERS: tuple[tuple[str, str, str], ...] = (
    ("cloak", r"(red|blue|green|black|white|gray|brown|magenta|cyan|yellow)", "cloak"),
    ("boots", r"middle_(brown|gray|green|purple|gold)|short_(red|purple|brown)|long_(red|white)", "boots"),
    ("legs", r"pants_(black|blue|brown|orange|red)|skirt_(blue|green|red|white)", "trousers"),
    ("body", r"robe_(red|blue|green|black|white|brown|purple|yellow|cyan)", "robe"),
    ("body", r"robe_(red|green|black)_gold|robe_(white)_blue", "robe"),
    ("body", r"dragonarm_(red|blue|gold|white|brown|cyan)", "scale armour"),
    ("body", r"plate2?|half_plate2?|bplate_metal1", "plate armour"),
    ("body", r"leather_armour2?|leather_heavy|leather_stud", "leather armour"),
    ("body", r"chainmail2?|ringmail2?", "chain mail"),
    ("body", r"dress_(green|white)", "dress"),
    ("body", r"shirt_(blue|black)", "shirt"),
    ("body", r"coat_(black|red)|monk_(blue|black)", "coat"),
    ("gloves", r"glove_(red|blue|black|white|gold|gray|purple|orange)", "gloves"),
    ("hand1", r"(?:long_sword_slant|short_sword|great_sword_slant|broadsword|scimitar|katana_slant)2?", "sword"),
    ("hand1", r"(?:axe_double|battleaxe|broad_axe|hand_axe|war_axe|axe_executioner)2?", "axe"),
    ("hand1", r"(?:mace|morningstar|large_mace|great_mace)2?", "mace"),
    ("hand1", r"spear2?|pike|lance", "spear"),
    ("hand1", r"trident|trident_two", "trident"),
    ("hand1", r"staff|staff_mage|staff_large|staff_plain|quarterstaff", "staff"),
    ("hand1", r"bow|great_bow|bow_two", "bow"),
    ("hand1", r"dagger2?|dagger_slant", "dagger"),
    ("hand1", r"scythe2?", "scythe"),
    ("hand1", r"whip2?", "whip"),
    ("hand1", r"club|giant_club|club_two", "club"),
    ("hand1", r"halberd|glaive2?", "halberd"),
    ("hand2", r"(?:buckler_round2?3?|kite_shield_kite[1-4]|tower_shield_quartered|kite_shield_knight_gray)", "shield"),
    ("hair", r"(?:long|short|fem|elf|full)_(black|red|white|yellow|brown)", "hair"),
    ("beard", r"(?:full|medium|short)_(black|brown|red|white)", "beard"),
    ("head", r"wizard_(blue|red|purple|brown|white)|hat_(black)", "hat"),
    ("head", r"hood_(red|green|gray|white|purple|cyan|orange|ybrown)", "hood"),
    ("head", r"fhelm_(gray)3|iron[123]|(?:helm)_(red|green)|full_(gold|black)", "helmet"),
    ("head", r"crown_(gold)[123]", "crown"),
    ("head", r"feather_(red|green|white|yellow|blue)|cap_(blue)", "cap"),
    ("head", r"horns[123]|horned", "horned helmet"),
)
ORDER = ("cloak", "base", "boots", "legs", "body", "gloves", "hand1", "hand2", "hair", "beard", "head")
CHANCES = {"cloak": 0.25, "boots": 0.35, "legs": 0.2, "body": 0.92, "gloves": 0.12, "hand1": 0.7, "hand2": 0.25}
CHANCES |= {"hair": 0.4, "beard": 0.15, "head": 0.5}


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of a character: where it goes, what it is called, its colour where it has one, its pixels."""

    place: str
    name: str
    colour: str | None
    pixels: np.ndarray


class Wardrobe:
    """All layers characters are dressed with; `character(rng)` draws one."""

    def __init__(self, tiles: list[Tile]) -> None:
        self.bases: list[Layer] = []
        self.layers: dict[str, dict[str, list[Layer]]] = {}
        for tile in tiles:
            place, _, stem = tile.path.removeprefix("player/").partition("/")
            if place == "base" and (species := SPECIES.get(re.sub(r"_[fm]$", "", stem))):
                self.bases.append(Layer("base", species, None, hard(tile.pixels)))
            for folder, pattern, name in LAYERS:
                found = re.fullmatch(pattern, stem) if folder == place else None
                if found:
                    hue = next((HUES[group] for group in found.groups() if group), None)
                    layer = Layer(place, name, hue, hard(tile.pixels))
                    self.layers.setdefault(place, {}).setdefault(name, []).append(layer)

    def character(self, rng: np.random.Generator) -> tuple[np.ndarray, str]:
        """A character, uint8 (32, 32, 4), and its caption, 'an elf in a red robe with a sword, blue hat'."""
        species = sorted({base.name for base in self.bases})
        name = species[int(rng.integers(len(species)))]
        worn = [_one([base for base in self.bases if base.name == name], rng)]
        for place in ORDER:
            if place == "base" or place not in self.layers or rng.random() > CHANCES[place]:
                continue
            if name not in GROWN.get(place, (name,)) or (place == "legs" and "robe" in {layer.name for layer in worn}):
                continue
            kinds = sorted(self.layers[place])
            worn.append(_one(self.layers[place][kinds[int(rng.integers(len(kinds)))]], rng))
        names = {layer.place: layer for layer in worn}
        if "head" in names and names["head"].name in ("hood", "helmet"):
            names.pop("hair", None)
        return dressed(list(names.values())), described(names)


def dressed(layers: list[Layer]) -> np.ndarray:
    """The layers one over the other, in their order, uint8 (32, 32, 4)."""
    picture = np.zeros((32, 32, 4), np.uint8)
    for layer in sorted(layers, key=lambda layer: ORDER.index(layer.place)):
        picture = np.where(layer.pixels[..., 3:] > 0, layer.pixels, picture)
    return picture


def described(worn: dict[str, Layer]) -> str:
    """A caption that names all that is worn and held: 'an elf in a red robe with a sword, blue hat'."""

    def named(place: str) -> str:
        layer = worn[place]
        return layer.name if layer.colour is None else f"{layer.colour} {layer.name}"

    said = article(worn["base"].name)
    if "body" in worn:
        said += f" in {named('body') if named('body').endswith(('armour', 'mail')) else article(named('body'))}"
    held = [article(named(place)) for place in ("hand1", "hand2") if place in worn]
    if held:
        said += f" with {' and '.join(held)}"
    rest = [named(place) for place in ("head", "hair", "beard", "cloak", "boots", "legs", "gloves") if place in worn]
    return ", ".join([said, *rest])


def _one(layers: list[Layer], rng: np.random.Generator) -> Layer:
    return layers[int(rng.integers(len(layers)))]
