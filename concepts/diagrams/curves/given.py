"""What a curve is drawn from, and how its numbers are written."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

SMALLEST, LARGEST = 1e-4, 1e9
"""Numbers beyond these have no legible place on an axis."""


@dataclass(frozen=True)
class Given:
    """The constants of a curve by their symbols, the range of x, and units by symbols."""

    constants: Mapping[str, float]
    low: float
    high: float
    units: Mapping[str, str] = field(default_factory=dict)

    def positive(self, *symbols: str) -> list[float] | None:
        """These constants; None unless all are there and can be drawn as positive numbers."""
        found = [self.constants.get(symbol, 0) for symbol in symbols]
        return found if drawable(*found) else None


def drawable(*numbers: float) -> bool:
    """Whether all are positive numbers of a size that an axis can show."""
    return all(SMALLEST <= number <= LARGEST for number in numbers)


def figures(value: float, decimals: int | None = None) -> str:
    """A number as readers write it, without idle zeros: "1,800", "51.2", "2.5 million".

    Four significant figures, but no whole unit is rounded away; or so many decimals.
    """
    for size, name in ((1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{figures(value / size)} {name}"
    if decimals is None:
        decimals = min(6, max(0, 3 - magnitude(value)))
    text = f"{value:,.{decimals}f}"
    if decimals:
        text = text.rstrip("0").removesuffix(".")
    return "0" if text in ("-0", "") else text.replace("-", "−")


def magnitude(value: float) -> int:
    """The power of ten of a number's first figure: 2 for 345, -1 for 0.2."""
    return math.floor(math.log10(abs(value))) if value else 0


def steps(high: float, most: int = 5) -> list[float]:
    """Round numbers from 0 to below `high` (positive), `most` of them above 0 at most."""
    rough = high / most
    unit = 10.0 ** magnitude(rough)
    step = next(unit * size for size in (1, 2, 2.5, 5, 10) if unit * size * (1 + 1e-9) >= rough)
    return [step * number for number in range(most + 1) if step * number <= high]
