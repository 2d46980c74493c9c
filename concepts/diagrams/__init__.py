"""Pictures drawn from a document's data: arithmetic here, markup in `templates/diagrams/`.

Pure: plain data in, plain data out. Every picture stands beside the same facts as text.
"""

from concepts.diagrams.curves import curve
from concepts.diagrams.lasting import lasting
from concepts.diagrams.pictures import levels, pictures, scope_of
from concepts.diagrams.profile import MOST, Levels, profile

__all__ = ["MOST", "Levels", "curve", "lasting", "levels", "pictures", "profile", "scope_of"]
