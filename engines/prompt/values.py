"""Options written as words: what a text means for an option of an engine."""

from engines.contract import Curve, Param, Refused, Value

_BOOLS = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


def read_value(param: Param | None, text: str) -> Value | Curve:
    """What `text` means for an option; a text nobody declared stays text. Refused('bad-request')."""
    if param is None:
        return text
    if param.curve and ":" in text:
        return read_curve(param.name, text)
    try:
        if param.kind == "int":
            return int(text)
        if param.kind == "float":
            return float(text)
    except ValueError:
        raise Refused("bad-request", f"{param.name} must be a number, not {text!r}.") from None
    if param.kind == "bool":
        if text.lower() not in _BOOLS:
            raise Refused("bad-request", f"{param.name} must be yes or no, not {text!r}.")
        return _BOOLS[text.lower()]
    return text


def read_box(text: str, size: tuple[int, int] | None = None) -> tuple[float, float, float, float]:
    """'0,0,0.5,1' as x, y, width, height in shares of the picture; numbers beyond 1 are pixels of `size`.

    Refused('bad-request').
    """
    try:
        x, y, width, height = (float(word) for word in text.split(","))
    except ValueError:
        raise Refused("bad-request", f"A region is X,Y,WIDTH,HEIGHT, as in 0,0,0.5,1, not {text!r}.") from None
    if max(x, y, width, height) <= 1:
        return x, y, width, height
    if size is None:
        raise Refused("bad-request", f"The region {text} is in pixels, but no size is set: write shares, from 0 to 1.")
    return x / size[0], y / size[1], width / size[0], height / size[1]


def read_curve(name: str, text: str) -> Curve:
    """'0:7.5,0.4:3' as a curve; ',hold' or ',smooth' at the end names its shape. Refused('bad-request')."""
    words = [word.strip() for word in text.split(",")]
    shape = words.pop() if words[-1] in ("linear", "hold", "smooth") else "linear"
    try:
        pairs = [word.split(":") for word in words]
        return Curve(tuple((float(place), float(value)) for place, value in pairs), shape)  # type: ignore[arg-type]
    except ValueError as error:
        reason = str(error) if "curve" in str(error) else "write position:value, as in 0:7.5,0.4:3"
        raise Refused("bad-request", f"The curve {text!r} for {name} cannot be read: {reason}.") from None
