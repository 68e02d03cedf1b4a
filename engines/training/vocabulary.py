"""What the sticker engine is taught to draw: concepts, named colours, styles, accessories and the held-out pairs.

A concept is an emoji of the Fluent set, found by its emojibase label, with the words people use for it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

STYLES = ("3d", "flat")

# Named colours as sRGB targets of the recolouring, from the middle of what people call by that name.
COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (222, 36, 42),
    "orange": (255, 130, 20),
    "yellow": (255, 212, 40),
    "green": (50, 165, 60),
    "teal": (20, 170, 175),
    "blue": (38, 98, 225),
    "purple": (130, 60, 200),
    "pink": (255, 130, 190),
    "brown": (125, 75, 40),
    "black": (45, 45, 50),
    "white": (240, 240, 242),
    "gray": (140, 142, 148),
}

BACKGROUNDS: dict[str, tuple[int, int, int]] = {
    "red": (235, 90, 90),
    "orange": (255, 175, 100),
    "yellow": (255, 230, 130),
    "green": (140, 210, 140),
    "teal": (125, 215, 215),
    "blue": (130, 175, 250),
    "purple": (185, 150, 235),
    "pink": (255, 190, 220),
    "gray": (190, 192, 198),
    "black": (40, 40, 46),
}

# "label=name/synonym/synonym"; without "=" the label is the name.
_ANIMALS = """monkey face=monkey; dog face=dog/puppy; wolf; fox; raccoon; cat face=cat/kitten; lion; tiger face=tiger;
horse face=horse; unicorn; zebra; deer; cow face=cow; pig face=pig/piglet; goat; camel; llama; giraffe;
elephant; rhinoceros=rhino; hippopotamus=hippo; mouse face=mouse; hamster; rabbit face=rabbit/bunny;
hedgehog; bat; bear; polar bear; koala; panda; sloth; kangaroo; turkey; chicken; rooster; hatching chick;
baby chick=chick; bird; penguin; eagle; duck; swan; owl; flamingo; peacock; parrot; frog;
crocodile/alligator; turtle/tortoise; lizard/gecko; snake; dragon face=dragon;
sauropod=dinosaur/brontosaurus; T-Rex=T-Rex/tyrannosaurus; spouting whale=whale; dolphin; fish; tropical
fish; blowfish=pufferfish; shark; octopus; spiral shell=seashell/shell; jellyfish; crab; lobster; snail;
butterfly; honeybee=bee/honeybee; lady beetle=ladybug; spider; feather; paw prints"""

_PLANTS = """white flower=flower; rose; sunflower; tulip; bouquet; seedling/sprout;
potted plant=potted plant/houseplant; evergreen tree=pine tree; deciduous tree=tree; palm tree; cactus;
four leaf clover=clover; maple leaf; leaf fluttering in wind=leaf; mushroom"""

_FOOD = """grapes; watermelon; tangerine; lemon; banana; pineapple; mango; red apple=apple;
pear; peach; cherries=cherries/cherry; strawberry; blueberries; kiwi fruit=kiwi; tomato; avocado;
eggplant/aubergine; carrot; ear of corn=corn; bell pepper; cucumber; broccoli; bread=loaf of bread/bread;
croissant; pretzel; pancakes; waffle; cheese wedge=cheese; hamburger=burger/hamburger; french fries=fries;
pizza; hot dog; sandwich; taco; egg; popcorn; rice ball=rice ball/onigiri; steaming bowl=bowl of
ramen/noodle soup; spaghetti; sushi; soft ice cream=ice cream cone; doughnut=donut/doughnut; cookie;
birthday cake; shortcake=slice of cake; cupcake; pie; chocolate bar=chocolate; candy; lollipop; honey pot;
glass of milk=milk; hot beverage=cup of coffee/coffee; teapot; wine glass; cocktail glass=cocktail; tropical
drink; beer mug=beer; cup with straw; bubble tea; ice=ice cube"""

_PLACES = """globe with meridians=globe; snow-capped mountain=mountain; volcano; house; castle; church; tent; ferris
wheel; circus tent; locomotive=steam train/locomotive; bus; ambulance; fire engine=fire truck; police car;
taxi; automobile=car; delivery truck=truck; tractor; racing car=race car; motorcycle/motorbike;
bicycle/bike; skateboard; wheel; vertical traffic light=traffic light; stop sign; anchor; sailboat/boat;
ship; airplane/plane; helicopter; rocket; flying saucer=ufo; luggage=suitcase; hourglass done=hourglass;
watch; alarm clock=clock/alarm clock; crescent moon=moon; sun; ringed planet=planet/saturn; star; cloud;
rainbow; umbrella; high voltage=lightning; snowflake; snowman; fire=fire/flame; droplet=water drop; water
wave=wave"""

_OBJECTS = """jack-o-lantern=pumpkin; Christmas tree; balloon; ribbon=bow; wrapped gift=gift/present; trophy; soccer
ball=soccer ball/football; baseball; basketball; volleyball; tennis=tennis ball; bowling=bowling ball;
boxing glove; ice skate; bullseye=target/dartboard; yo-yo; kite; water pistol; pool 8 ball=billiard ball;
crystal ball; magic wand; video game=game controller/gamepad; joystick; game die=dice/die; puzzle piece;
teddy bear; piñata; mirror ball=disco ball; chess pawn; artist palette; yarn=ball of yarn; glasses;
sunglasses; goggles; necktie=tie; t-shirt=t-shirt/shirt; jeans=trousers/jeans; scarf; gloves; coat;
socks=socks/sock; dress; handbag; backpack; man’s shoe=shoe; running shoe=sneaker; hiking boot=boot;
high-heeled shoe=high heel; crown; woman’s hat=straw hat; top hat; graduation cap; billed cap=cap/baseball
cap; lipstick; ring; gem stone=diamond/gem; loudspeaker; megaphone; bell; musical note; studio microphone;
microphone; headphone=headphones; radio; saxophone; trumpet; accordion; guitar; musical keyboard=piano;
violin; drum; maracas; mobile phone=smartphone/phone; telephone; battery; laptop; desktop computer=computer;
printer; computer mouse; floppy disk; movie camera; television/tv; camera; magnifying glass tilted
left=magnifying glass; candle; light bulb; flashlight; red paper lantern=lantern; closed book=book;
books=stack of books; notebook; scroll; coin; money bag; envelope; package=box/cardboard box;
postbox=mailbox; pencil; fountain pen=pen; paintbrush; crayon; briefcase; scissors; wastebasket=trash can;
locked=padlock/lock; key; hammer; axe; dagger; bomb; bow and arrow; shield; wrench; screwdriver; gear;
magnet; microscope; telescope; pill; door; window; bed; couch and lamp=sofa/couch; chair; toilet; bathtub;
broom; basket; bucket; toothbrush; fire extinguisher; shopping cart"""

_FACES = """grinning face=happy face/smiley; smiling face with sunglasses=cool face; smiling face with heart-eyes=face
in love; loudly crying face=crying face; enraged face=angry face; sleeping face; skull; pile of poo=poop;
clown face=clown; ogre; ghost; alien; robot; red heart=heart; broken heart; speech balloon=speech bubble"""

NOT_RECOLOURED = frozenset({"rainbow", "artist palette", "ice cube", "pizza", "tropical fish", "bouquet", "piñata"})

# Face-like concepts that can wear something: (centre x, eye line y, width of the face) in units of the object's box.
WEARERS: dict[str, tuple[float, float, float]] = {}
_HEADS = """monkey; dog; wolf; fox; raccoon; cat; lion; tiger; zebra; cow; pig; hamster; rabbit; bear; koala; panda;
frog; mouse; skull; ghost; alien; robot"""
for _name in _HEADS.replace("\n", " ").split("; "):
    WEARERS[_name] = (0.5, 0.47, 0.8)
WEARERS["happy face"] = (0.5, 0.40, 0.95)
WEARERS["rabbit"] = (0.5, 0.66, 0.72)
WEARERS["pumpkin"] = (0.5, 0.5, 0.8)
ACCESSORIES = ("sunglasses", "glasses", "top hat", "crown", "cap", "straw hat")


@dataclass(frozen=True)
class Concept:
    """One thing that can be drawn: its emojibase label and the words for it, the first being its name."""

    label: str
    words: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.words[0]


def concepts() -> tuple[Concept, ...]:
    """Every concept of the vocabulary, in a fixed order."""
    found = []
    for group in (_ANIMALS, _PLANTS, _FOOD, _PLACES, _OBJECTS, _FACES):
        for entry in group.replace("\n", " ").split(";"):
            label, _, words = entry.strip().partition("=")
            names = (words or label).split("/")
            found.append(Concept(label.split("/")[0], tuple(names)))
    return tuple(found)


def is_held_out(colour: str, name: str, share: float = 0.15) -> bool:
    """Whether the pair is never shown in training: a fixed hash decides, so every run agrees."""
    digest = hashlib.sha256(f"{colour}|{name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < share


def held_out_prompts(count: int = 100, seed: int = 2026) -> list[tuple[str, str]]:
    """`count` (colour, concept) pairs drawn from the held-out ones, in an order that only the seed decides."""
    pairs = [
        (colour, concept.name)
        for concept in concepts()
        for colour in COLOURS
        if concept.name not in NOT_RECOLOURED and is_held_out(colour, concept.name)
    ]
    pairs.sort(key=lambda pair: hashlib.sha256(f"{seed}|{pair}".encode()).digest())
    return pairs[:count]
