"""XML and ZIP as learning platforms take them, byte for byte the same for the same content."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def element(name: str, *inside: str, **attributes: str) -> str:
    """An element with what is markup already inside, each part in a line of its own."""
    told = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    if not inside:
        return f"<{name}{told}/>"
    return f"<{name}{told}>\n" + "\n".join(inside) + f"\n</{name}>"


def words(name: str, text: str, **attributes: str) -> str:
    """An element that holds this text and nothing else."""
    told = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{told}>{escape(text)}</{name}>"


def cdata(text: str) -> str:
    """The text as a section that is not parsed; what would end it stands in two of them."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def document(root: str) -> bytes:
    """The file of a root element."""
    return f"{DECLARATION}{root}\n".encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files in their order, without dates, and stored as they are.

    What is deflated depends on the library that does it.
    """
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)  # 1 January 1980
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return written.getvalue()
