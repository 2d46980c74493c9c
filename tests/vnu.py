"""The Nu HTML checker, where this machine has it: `npm install vnu-jar`, and Java 11 or later.

    python tests/vnu.py FILE.html ...

It is found in node_modules/ of the project, or where VNU_JAR says.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
JAR = Path(os.environ.get("VNU_JAR") or ROOT / "node_modules/vnu-jar/build/dist/vnu.jar")
JAVA = shutil.which("java")
# Rows and cells that a phone stacks say what they are, for browsers that then forget it.
EXCUSED = ".*“role” attribute must not be used on a “t[rdh]” element.*"
MISSING = "" if JAVA and JAR.is_file() else "the Nu HTML checker is not here: see tests/vnu.py"


def errors(*files: Path) -> list[str]:
    """What the checker calls an error, one line each: the file's name, what is wrong, and where."""
    command = [
        str(JAVA),
        "-jar",
        str(JAR),
        "--format",
        "json",
        "--errors-only",
        "--exit-zero-always",
        "--filterpattern",
        EXCUSED,
    ]
    named = [*command, *map(str, files)]
    ended = subprocess.run(named, check=False, capture_output=True, text=True)
    return [
        f"{Path(each['url']).name}: {each['message']} {each.get('extract')!r}"
        for each in json.loads(ended.stderr)["messages"]
    ]


if __name__ == "__main__":
    if MISSING:
        sys.exit(MISSING)
    found = errors(*map(Path, sys.argv[1:]))
    print("\n".join(found))  # noqa: T201
    sys.exit(bool(found))
