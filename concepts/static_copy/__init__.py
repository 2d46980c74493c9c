"""The whole published site as plain files: for a CDN, an offline classroom, an archive.

The site's own views are asked, all as of one moment, and what they answer is kept byte for byte;
only the links of pages are turned into relative ones between files. `places` says which addresses
become files, `markup` turns the links, `copying` goes from page to page, `folder` puts the copy
in its place when it is whole.
"""

from concepts.static_copy.copying import Told, copied
from concepts.static_copy.folder import Refused, replaced

__all__ = ["Refused", "Told", "copied", "replaced"]
