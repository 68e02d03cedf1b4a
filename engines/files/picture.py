"""Pictures and their animations: PNG, JPEG, WebP, GIF and, to read, BMP, TIFF, AVIF (through Pillow)."""

import io
import json
import struct
import zlib
from typing import Any, BinaryIO

import numpy as np

from engines.contract import Image, Refused, Video

KINDS = frozenset({"png", "jpeg", "webp", "gif", "bmp", "tiff", "avif"})
PIXELS = 80 * 2**20  # the most one picture may have
BYTES = 2**30  # the most the frames of an animation may take
_DESCRIPTION, _COMMENT, _EXIF = 0x010E, 0x9286, 0x8769
_TEXT = 64 * 2**20  # bytes of text read from one file at most
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
)


def read(file: BinaryIO, name: str) -> Image | Video:
    """The picture in `file`; an animation with more than one frame is a clip. Raises Refused('bad-file')."""
    image = _opened(file, name)
    try:
        if getattr(image, "n_frames", 1) > 1 and image.format in ("GIF", "WEBP", "PNG"):
            return _animation(image, name)
        from PIL import ImageOps

        return Image(_pixels(ImageOps.exif_transpose(image)))
    except _BROKEN as error:
        raise Refused("bad-file", f"{name} is damaged or cut short: {_words(error)}.") from error


def recipe(file: BinaryIO, name: str) -> str | None:
    """The recipe in a JPEG, WebP or GIF, without decoding the picture."""
    image = _opened(file, name)
    try:
        comment = image.info.get("comment")
        if isinstance(comment, bytes) and comment.lstrip().startswith(b"{"):
            return comment.decode("utf-8", "replace")
        text = image.getexif().get(_DESCRIPTION)
    except _BROKEN:
        return None
    return text if isinstance(text, str) else None


def comment(file: BinaryIO, name: str) -> str | None:
    """What another program wrote into a JPEG's, WebP's or AVIF's EXIF for its users, without decoding the picture."""
    image = _opened(file, name)
    try:
        text = image.getexif().get_ifd(_EXIF).get(_COMMENT)
    except _BROKEN:
        return None
    if not isinstance(text, bytes):
        return text if isinstance(text, str) else None
    code, rest = text[:8], text[8:]
    if code != b"UNICODE\0":
        return (rest if code in (b"ASCII\0\0\0", bytes(8)) else text).decode("utf-8", "replace").strip("\0")
    little = rest[1::2].count(0) > rest[::2].count(0)  # the standard leaves the order of the bytes open
    return rest.decode("utf-16-le" if little else "utf-16-be", "replace").strip("\0")


def png_text(file: BinaryIO, size: int) -> dict[str, str]:
    """The texts in a PNG by their keys. Chunks are walked without decoding; damage ends the walk."""
    found: dict[str, str] = {}
    place, left = 8, _TEXT
    while place + 12 <= size and left > 0:
        file.seek(place)
        length, kind = struct.unpack(">I4s", file.read(8))
        if place + 12 + length > size or kind == b"IEND":
            break
        if kind in (b"tEXt", b"iTXt") and length <= left:
            body = file.read(length)
            left -= length
            key, text = _text(kind, body)
            found.setdefault(key, text)
        place += 12 + length
    return found


def encode(image: Image, extension: str, recipe_json: str | None, a1111: str | None) -> bytes:
    """The file: PNG and WebP without loss; JPEG on white, quality 95."""
    from PIL import Image as Pillow
    from PIL.PngImagePlugin import PngInfo

    buffer, drawn = io.BytesIO(), Pillow.fromarray(np.ascontiguousarray(image.pixels))
    if extension == ".png":
        info = PngInfo()
        if recipe_json:
            info.add_itxt("darkroom", recipe_json)
        if a1111:
            info.add_text("parameters", a1111)
        drawn.save(buffer, "PNG", pnginfo=info, compress_level=6)
        return buffer.getvalue()
    exif = _exif(recipe_json, a1111)
    if extension == ".webp":
        drawn.save(buffer, "WEBP", lossless=True, exif=exif, exact=True)
    else:
        flat = Pillow.new("RGB", drawn.size, "white")
        flat.paste(drawn, mask=drawn.getchannel("A") if drawn.mode == "RGBA" else None)
        fits = len(exif.tobytes()) < 65_000  # a JPEG's segment holds no more; then the recipe stays outside
        flat.save(buffer, "JPEG", quality=95, subsampling=0, exif=exif if fits else b"")
    return buffer.getvalue()


def encode_animation(clip: Video, extension: str, recipe_json: str | None, a1111: str | None) -> bytes:
    """The frames as an endless GIF or WebP. A GIF has 256 colours a frame and times in hundredths of a second."""
    from PIL import Image as Pillow

    frames = [Pillow.fromarray(np.ascontiguousarray(frame)) for frame in clip.frames]
    buffer, ms = io.BytesIO(), max(10, round(1000 / clip.fps))
    shared: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": ms, "loop": 0}
    if extension == ".gif":
        comment = {"comment": recipe_json.encode()} if recipe_json else {}
        frames[0].save(buffer, "GIF", disposal=2 if clip.frames.shape[-1] == 4 else 1, **comment, **shared)
    else:
        frames[0].save(buffer, "WEBP", quality=92, method=4, exif=_exif(recipe_json, a1111), **shared)
    return buffer.getvalue()


def coloured(image: Image) -> np.ndarray:
    """The pixels as (H, W, 3), transparent ones over white."""
    pixels = image.pixels
    if pixels.ndim == 2:
        return np.repeat(pixels[..., None], 3, axis=2)
    if pixels.shape[2] == 1:
        return np.repeat(pixels, 3, axis=2)
    if pixels.shape[2] == 3:
        return pixels
    alpha = pixels[..., 3:].astype(np.float32) / 255
    return np.rint(pixels[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


def grey(image: Image, size: tuple[int, int]) -> np.ndarray:
    """A fresh mask, uint8 (H, W) of `size` (width, height); of a coloured picture its brightest channel."""
    pixels = image.pixels if image.pixels.ndim == 2 else image.pixels[..., :3].max(-1)
    if pixels.shape == size[::-1]:
        return pixels.copy()
    from PIL import Image as Pillow

    return np.array(Pillow.fromarray(np.ascontiguousarray(pixels)).resize(size, Pillow.Resampling.BILINEAR))


def resized(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    """uint8 pixels (H, W, 3) at another size, by Lanczos' filter."""
    if pixels.shape[:2] == (height, width):
        return pixels
    from PIL import Image as Pillow

    drawn = Pillow.fromarray(np.ascontiguousarray(pixels)).resize((width, height), Pillow.Resampling.LANCZOS)
    return np.asarray(drawn)


def _opened(file: BinaryIO, name: str) -> Any:
    """Pillow's image with only its header read, its size checked."""
    from PIL import Image as Pillow

    try:
        image = Pillow.open(file, formats=("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "MPO"))
    except Pillow.DecompressionBombError as error:
        raise Refused("bad-file", f"{name} claims to be far too large: {_words(error)}.") from error
    except _BROKEN as error:
        raise Refused("bad-file", f"{name} is damaged: its header cannot be read.") from error
    width, height = image.size
    if width * height > PIXELS:
        most = f"Darkroom opens up to {PIXELS // 2**20} million pixels"
        raise Refused("bad-file", f"{name} is {width} x {height} pixels; {most}. Make it smaller.")
    return image


def _animation(image: Any, name: str) -> Video:
    width, height = image.size
    if image.n_frames * width * height * 4 > BYTES:
        raise Refused(
            "bad-file", f"{name} has {image.n_frames} frames of {width} x {height}: too many to open at once."
        )
    frames, times = [], []
    for n in range(image.n_frames):
        image.seek(n)
        frames.append(np.asarray(image.convert("RGBA")))
        times.append(max(10, int(image.info.get("duration") or 100)))
    least = min(times)
    repeats = [min(600, round(ms / least)) for ms in times]
    if sum(repeats) * width * height * 4 > BYTES:
        repeats = [1] * len(frames)
    clip = np.repeat(np.stack(frames), repeats, axis=0)
    return Video(clip if (clip[..., 3] < 255).any() else np.ascontiguousarray(clip[..., :3]), 1000 / least)


def _pixels(image: Any) -> np.ndarray:
    """Grey, RGB or RGBA in 8 bits, whatever the mode."""
    if image.mode.startswith("I") or image.mode == "F":
        deep = np.asarray(image, np.float64)
        top = 65535 if image.mode.startswith("I") and deep.max(initial=0) > 255 else 255
        return np.clip(np.rint(deep * (255 / top)), 0, 255).astype(np.uint8)
    clear = "transparency" in image.info or image.mode in ("LA", "PA", "La", "RGBa")
    mode = "RGBA" if clear else {"1": "L", "L": "L", "RGBA": "RGBA"}.get(image.mode, "RGB")
    return np.array(image.convert(mode))


def _text(kind: bytes, body: bytes) -> tuple[str, str]:
    """(key, text) of a tEXt or iTXt chunk; an inflated text is cut at 64 MB."""
    key, _, rest = body.partition(b"\0")
    name = key.decode("latin-1")
    if kind == b"tEXt":
        return name, rest.decode("latin-1")
    packed = rest[:1] == b"\1"
    text = rest[2:].split(b"\0", 2)[-1]
    if packed:
        try:
            text = zlib.decompressobj().decompress(text, _TEXT)
        except zlib.error:
            text = b""
    return name, text.decode("utf-8", "replace")


def _exif(recipe_json: str | None, a1111: str | None) -> Any:
    """EXIF with the recipe as plain ASCII JSON in ImageDescription and A1111's text in UserComment."""
    from PIL import Image as Pillow

    exif = Pillow.Exif()
    if recipe_json:
        exif[_DESCRIPTION] = json.dumps(json.loads(recipe_json))
    if a1111:
        exif.get_ifd(_EXIF)[_COMMENT] = b"UNICODE\0" + a1111.encode("utf-16-be")
    return exif


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__
