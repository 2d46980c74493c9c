"""Which of the 28 fault scenarios a run of the tests ran, and why the others did not."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

ALL = [f"F{number:02}" for number in range(1, 29)]


def told(skipped: Iterable[Any], others: Iterable[Any]) -> Iterator[str]:
    """A line for each scenario that the machine cannot run, or only in part, then how many ran.

    Takes pytest's reports.
    """
    reasons: dict[str, list[str]] = {}
    for report in skipped:
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        reasons.setdefault(_scenario(report), []).append(reason)
    ran = {_scenario(report) for report in others}
    for name in ALL:
        why = "; ".join(dict.fromkeys(reasons.get(name, ())))
        if why:
            yield f"{name} ran {'in part' if name in ran else 'not at all'}: {why}"
    if left := [name for name in ALL if name not in ran and name not in reasons]:
        yield f"Not chosen: {' '.join(left)}"
    yield f"{len(ran & {*ALL})} of {len(ALL)} scenarios ran on this machine."


def _scenario(report: Any) -> str:
    found = re.search(r"test_faults_\w+\.py::test_(f[0-9]{2})_", report.nodeid)
    return found[1].upper() if found else ""
