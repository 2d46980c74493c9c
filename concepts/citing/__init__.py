"""How the works of this site and its sources are cited: four styles, three file formats. Pure."""

from concepts.citing.forms import FORMS, Form
from concepts.citing.styles import STYLES, styles
from concepts.citing.work import Work, csl, part_label, row_labels, side_labels

__all__ = [
    "FORMS",
    "STYLES",
    "Form",
    "Work",
    "csl",
    "part_label",
    "row_labels",
    "side_labels",
    "styles",
]
