"""Every number that a worked example arrives at follows from the page's own formula."""

import math
import re
from statistics import NormalDist

import pytest
from prose import pages

from concepts.documents import Concept

EXAMPLES = {
    page.slug: page.worked_example.text
    for page in pages()
    if isinstance(page, Concept) and page.formula and page.worked_example
}

errors = [100 - 105, 110 - 100, 90 - 95, 120 - 110]
b = math.log(0.8) / math.log(2)

FOLLOWS: dict[str, dict[str, float]] = {
    # Of each page: the number as it is printed, and what the formula gives.
    "bottleneck": {"8": min(12, 8, 15)},
    "break-even": {"3,000": 24_000 / (20 - 12)},
    "bullwhip-effect": {"9": 30**2 / 10**2},
    "capacity": {"78.75%": 126 / 160, "90%": 126 / 140},
    "capacity-planning": {
        "1,200": (1000 + 1400 + 1200) / 3,
        "200": 0 + 1200 - 1000,
        "0": 200 + 1200 - 1400,
        "600": 1200 * 0.5,
        "4": 1200 * 0.5 / 150,
    },
    "critical-path": {"12": max(3 + 4 + 5, 3 + 2 + 5), "2": (3 + 4) - (3 + 2)},
    "cycle-time": {"54": 1 / (1 / 54), "66.7": 3600 / 54},
    "division-of-labour": {"4,800": 48_000 / 10},
    "effectiveness": {"95%": 190 / 200},
    "efficiency": {"90%": 36 / 40},
    "eoq": {
        "600": math.sqrt(2 * 12_000 * 45 / 3),
        "20": 12_000 / 600,
        "900": 12_000 / 600 * 45,
        "1,800": 12_000 / 600 * 45 + 600 / 2 * 3,
    },
    "forecasting": {
        "7.5": sum(map(abs, errors)) / 4,
        "7.0%": sum(abs(e) / a for e, a in zip(errors, (100, 110, 90, 120), strict=True)) / 4,
        "+2.5": sum(errors) / 4,
    },
    "inventory-management": {"6": 600_000 / 100_000, "61": 365 / 6},
    "lead-time": {"4": 120 / 30},
    "learning-curve": {"80": 100 * 2**b, "64": 100 * 4**b, "51.2": 100 * 8**b},
    "line-balancing": {
        "3.5": 210 / 60,
        "4": math.ceil(210 / 60),
        "87.5%": 210 / (4 * 60),
        "12.5%": 1 - 210 / (4 * 60),
    },
    "littles-law": {"6": 36 * (10 / 60)},
    "maintenance-management": {"96.2%": 200 / (200 + 8)},
    "mrp": {"150": max(0, 100 * 2 - 30 - 20)},
    "newsvendor": {
        "1.80": 3.00 - 1.20,
        "1.00": 1.20 - 0.20,
        "0.643": 1.80 / (1.80 + 1.00),
        "107": NormalDist(100, 20).inv_cdf(1.80 / (1.80 + 1.00)),
    },
    "oee": {
        "0.875": (480 - 60) / 480,
        "0.9": 378 * 1 / (480 - 60),
        "0.952": 360 / 378,
        "75%": 360 * 1 / 480,
    },
    "on-time-delivery": {"92%": 184 / 200},
    "operations-budget": {"26,500": 10_000 + 3 * 5500, "500": 27_000 - (10_000 + 3 * 5500)},
    "productivity": {"7.5": 480 / 64, "2.0": 4800 / (960 + 1200 + 240)},
    "profitability": {"20.0%": (75 - 60) / 75, "16.7%": (72 - 60) / 72},
    "queueing": {
        "0.8": 12 / 15,
        "16": 60 * (12 / 15) / (15 - 12),
        "20": 60 / (15 - 12),
        "3.2": 12 * (12 / 15) / (15 - 12),
        "36": 60 * (13.5 / 15) / (15 - 13.5),
    },
    "reorder-point": {
        "40.3": 1.645 * 10 * math.sqrt(6),
        "300": 50 * 6,
        "340": 50 * 6 + 1.645 * 10 * math.sqrt(6),
    },
    "statistical-process-control": {
        "504.6": 500 + 0.577 * 8,
        "495.4": 500 - 0.577 * 8,
        "16.9": 2.114 * 8,
    },
    "takt-time": {"60": 7.5 * 3600 / 450},
    "utilization": {"80%": 12 / (1 * 15)},
    "workforce-scheduling": {"6": 90 * (4 / 60)},
}


def test_every_page_with_a_formula_and_an_example_is_here() -> None:
    assert set(FOLLOWS) == set(EXAMPLES)


@pytest.mark.parametrize("slug", FOLLOWS)
def test_what_the_example_arrives_at_follows_from_the_formula(slug: str) -> None:
    for printed, value in FOLLOWS[slug].items():
        assert re.search(rf"(?<![\d.,]){re.escape(printed)}(?![\d%]|[.,]\d)", EXAMPLES[slug]), (
            printed
        )
        figures = printed.strip("+%").replace(",", "")
        places = len(figures.partition(".")[2])
        told = round(value * 100 if printed.endswith("%") else value, places)
        assert told == float(figures), printed
