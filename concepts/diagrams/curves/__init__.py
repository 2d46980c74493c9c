"""The curve behind a formula, drawn from the constants that its document gives.

One module a shape. What cannot be drawn sensibly (a constant that is missing, zero, negative or
huge, a range without the point that matters) gives no picture.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from concepts.diagrams.curves import (
    break_even,
    control_chart,
    economic_order_quantity,
    learning_curve,
    queue_length,
)
from concepts.diagrams.curves.given import Given
from concepts.diagrams.drawing import Picture

PICTURES: dict[str, Callable[[Given], Picture | None]] = {
    "economic-order-quantity": economic_order_quantity.picture,
    "queue-length": queue_length.picture,
    "learning-curve": learning_curve.picture,
    "control-chart": control_chart.picture,
    "break-even": break_even.picture,
}
"""What draws each shape that `concepts.parts.Curve` knows."""


def curve(formula: dict[str, Any] | None) -> Picture | None:
    """The picture of a formula as its document has it, with `caption` and `facts` beside it.

    `facts` are pairs of a few words and what the picture shows there.
    """
    found = formula and formula.get("curve")
    if not formula or not found or found["shape"] not in PICTURES:
        return None
    given = Given(
        {item["symbol"]: _number(item["value"]) for item in found["constants"]},
        _number(found["low"]),
        _number(found["high"]),
        {item["symbol"]: item["unit"] for item in formula["variables"]},
    )
    return PICTURES[found["shape"]](given)


def _number(value: Any) -> float:
    """A stored number; what is none counts as 0, which no shape draws as a constant."""
    try:
        return float(Decimal(str(value)))
    except (InvalidOperation, OverflowError):
        return 0.0
