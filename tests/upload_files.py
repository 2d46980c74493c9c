"""Files that somebody may upload: pictures, what only looks like one, and what would burst."""

import random
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise

from PIL import Image

SCRIPT = b"<script>alert(document.domain)</script>"
SECRET = "a place that nobody is to know"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"'
MEGABYTE = 1024 * 1024


def picture(form: str = "PNG", size: tuple[int, int] = (12, 8), **options: object) -> bytes:
    """A green picture, small enough to be quick."""
    return encoded(Image.new("RGB", size, (10, 200, 30)), form, **options)


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    """An image as a file."""
    content = BytesIO()
    image.save(content, form, **options)
    return content.getvalue()


def decoded(content: bytes) -> Image.Image:
    """A file as an image."""
    return Image.open(BytesIO(content))


def noise(width: int, height: int, seed: float | None = None) -> bytes:
    """A PNG that cannot be packed: three bytes for each dot; another one for each seed."""
    dots = random.Random(seed).randbytes(width * height * 3)
    return encoded(Image.frombytes("RGB", (width, height), dots))


def with_metadata(form: str = "JPEG", orientation: int = 1) -> bytes:
    """A picture that says in its metadata how it is held, and a secret."""
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = SECRET, orientation
    return picture(form, exif=exif)


def moving(form: str = "PNG") -> bytes:
    """Two pictures, one after the other."""
    first, second = (Image.new("RGB", (12, 8), color) for color in ("red", "blue"))
    return encoded(first, form, save_all=True, append_images=[second])


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


def bomb(side: int, bits: int = 1, color: int = 0) -> bytes:
    """A black PNG of side x side dots, which is small as a file and huge when it is decoded."""
    channels = 3 if color == 2 else 1
    line = bytes(1 + (side * bits * channels + 7) // 8)
    packed = zlib.compressobj(9)
    lines = b"".join(packed.compress(line) for _ in range(side)) + packed.flush()
    header = struct.pack(">IIBBBBB", side, side, bits, color, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", lines), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _entities() -> str:
    """Each entity is ten of the one before."""
    names = "abcdefghi"
    pairs = pairwise(names)
    more = "".join(f"<!ENTITY {name} '" + f"&{before};" * 10 + "'>" for before, name in pairs)
    return f'<!DOCTYPE l [<!ENTITY a "lol">{more}]>{SVG}><text>&i;</text></svg>'


SVGS = {
    "script": f"{SVG}><script>alert(1)</script></svg>",
    "script with a line end": f"{SVG}><script\n>alert(1)</script\n></svg>",
    "script in a namespace": '<x:svg xmlns:x="http://www.w3.org/2000/svg"><x:script/></x:svg>',
    "handler": f'{SVG} onload="alert(1)"/>',
    "link": f'{SVG}><a href="javascript:alert(1)"><text>a</text></a></svg>',
    "foreign page": f"{SVG}><foreignObject><iframe srcdoc=''/></foreignObject></svg>",
    "foreign picture": f'{SVG}><image href="https://other.example/a.png"/></svg>',
    "entities of entities": _entities(),
    "much to search": f"{SVG}><text>{'if ( ' * 40_000}</text></svg>",
    "begun scripts": "<script " * 20_000,
}

REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "text": lambda: b"hello",
    "no end": lambda: picture(size=(1200, 800))[:60],
    "GIF": lambda: picture("GIF"),
    "GIF with a script behind it": lambda: picture("GIF") + SCRIPT,
    "page that begins as a GIF": lambda: b"GIF89a/*<html>" + SCRIPT + b"</html>*/",
    "BMP": lambda: picture("BMP"),
    "TIFF": lambda: picture("TIFF"),
    "PDF": lambda: picture("PDF"),
    "moving PNG": lambda: moving("PNG"),
    "moving WebP": lambda: moving("WEBP"),
    "900 million dots": lambda: bomb(30_000),
    "177 million dots, of which Pillow warns": lambda: bomb(13_300, bits=8, color=2),
    "88 million dots, of which it does not": lambda: bomb(9_400, bits=8, color=2),
    "one line of dots too many": lambda: bomb(5_001),
    "PNG whose dots are no dots": lambda: picture().replace(b"IDAT", b"IDAX"),
    "PNG with a header of nonsense": lambda: picture()[:16] + b"\xff" * 40,
    "JPEG of its first bytes": lambda: picture("JPEG")[:200],
    "WebP of its first bytes": lambda: picture("WEBP")[:30],
    "SVG in UTF-16": lambda: SVGS["script"].encode("utf-16"),
    **{f"SVG: {name}": text.encode for name, text in SVGS.items()},
}
"""What is answered with 400, whatever it is called and said to be."""

TOO_LARGE: dict[str, Callable[[], bytes]] = {
    "51 MB": lambda: b"GIF89a" + bytes(51 * MEGABYTE),
    "a byte more than 5 MB": lambda: bytes(5 * MEGABYTE + 1),
}
"""What is answered with 413."""
