"""Pictures as they are kept: judged by their bytes, drawn anew, named by what they are.

What comes in is never stored: it is decoded, and what is kept is encoded from the decoded dots.
So nothing that travels in a file beside them (a script, a place, a second file) comes along.
"""

import hashlib
import threading
import warnings
from io import BytesIO
from typing import Any, NamedTuple

from PIL import Image, ImageOps

from concepts import storing

BYTES = 5 * 1024 * 1024
"""What an uploaded file may weigh."""
PIXELS = 25_000_000
TOO_MANY = f"The picture has more than {PIXELS:,} dots: make it smaller and try again."
LONGEST = 2_000
"""Dots that the longer side of a kept picture has at most."""

# MPO is how some telephones write JPEG: a second picture follows, which is left out.
EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "MPO": "jpg", "WEBP": "webp"}
OPTIONS: dict[str, dict[str, Any]] = {
    "png": {"format": "PNG", "optimize": True},
    "jpg": {"format": "JPEG", "quality": 85, "optimize": True, "progressive": True},
    "webp": {"format": "WEBP", "quality": 85},
}

# Once for all threads, which share the filters: setting them around each picture would mix them up.
warnings.simplefilter("error", Image.DecompressionBombWarning)

# All dots of a picture in one piece: where there is no room for them, nothing of it is taken, and
# what else the process is doing goes on.
Image.core.set_block_size(128 * 1024 * 1024)  # type: ignore[attr-defined]


class PictureError(ValueError):
    """A picture that is refused. The message is for the editor: what, and how to mend it."""


class Picture(NamedTuple):
    """A picture as it is kept; width and height in dots."""

    content: bytes
    extension: str
    width: int
    height: int

    @property
    def name(self) -> str:
        """Its name in the storage: the same bytes have the same name for ever."""
        return f"{hashlib.sha256(self.content).hexdigest()}.{self.extension}"


_one_at_a_time = threading.Lock()
"""A picture of 25 million dots takes up to 200 MB while it is drawn, in each thread that draws."""


def redrawn(file: bytes) -> Picture:
    """The picture that these bytes are: upright, at most LONGEST dots long, without metadata.

    Raises PictureError for all else: other formats, animations, too many dots, broken files; and
    MemoryError where there is not enough memory to draw it.
    """
    try:
        with _one_at_a_time:
            return _redrawn(file)
    except (PictureError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(TOO_MANY) from error
    # Pillow promises no kinds of error: a broken file may raise any, also of modules below it.
    except Exception as error:
        raise PictureError(
            "This file cannot be read as a picture: save it as PNG, JPEG or WebP and try again."
        ) from error


def _redrawn(file: bytes) -> Picture:
    image: Image.Image = Image.open(BytesIO(file), formats=["PNG", "JPEG", "WEBP"])
    extension = EXTENSIONS[image.format or ""]
    _check(image)
    # A JPEG is decoded no larger than it is needed, but only if nothing was asked of it before.
    if image.mode not in ("L", "RGB", "RGBA"):
        image = _plain(image)
    image.thumbnail((LONGEST, LONGEST))
    ImageOps.exif_transpose(image, in_place=True)
    if extension == "jpg" and image.mode == "RGBA":
        image = image.convert("RGB")
    image.info.clear()
    content = BytesIO()
    image.save(content, **OPTIONS[extension])
    return Picture(content.getvalue(), extension, *image.size)


def _check(image: Image.Image) -> None:
    """Judge the header: nothing was decoded yet."""
    if image.width * image.height > PIXELS:
        raise PictureError(TOO_MANY)
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise PictureError("The picture moves: give one that stands still.")


def _plain(image: Image.Image) -> Image.Image:
    """The picture in full colours or in 8 bits of grey, and with what shines through."""
    if image.mode.startswith(("I", "F")):  # 16 bits, which would be cut off and not divided
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode == "1" else "RGB")


def keep(picture: Picture) -> None:
    """Store the picture under its name, unless it is there already; raises what that raises."""
    storing.keep(picture.name, picture.content)
