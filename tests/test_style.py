"""Habits of the code that a reader relies on, held by looking at the files themselves."""

import ast
import re
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR

# Imports run from later layers to earlier ones or stay within one. What is in the first is pure.
LAYERS = [
    set(
        "cards chains choosing citations citing clock comparison days describing diagrams documents"
        " embedding excerpts lanes markdown mixing parts presenting problems questions references"
        " rendering sections stored syllabus texts uncurated yaml_text".split()
    ),
    {"models", "prepared"},
    set(
        "backups checks content_files desk exports extracting groups guards importing maintenance"
        " migrating outages reading search stamp storing surroundings wanted work".split()
    ),
    {"drafts", "publishing"},
    set("accounts admin feeds management sitemaps static_copy templatetags views".split()),
    {"urls"},
    {"apps"},
]
LAYER_OF = {module: number for number, layer in enumerate(LAYERS) for module in layer}
IMPURE = ("django.apps", "django.contrib", "django.db")


def files(*suffixes: str) -> list[Path]:
    """Return what is, or would be, committed and has one of the suffixes (any, when none)."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = [ROOT / name for name in names.split("\0") if name]
    return [p for p in paths if p.is_file() and (not suffixes or p.suffix in suffixes)]


def code() -> list[Path]:
    """Return the Python files of the site itself: no tests, no migrations."""
    folders = {ROOT / "concepts", ROOT / "pomsite"}
    return [
        path
        for path in files(".py")
        if folders & set(path.parents) and path.parent.name != "migrations"
    ]


def module_of(path: Path) -> str:
    """Return the part of concepts that a file belongs to: `desk`, `models`, `views`."""
    return path.relative_to(ROOT / "concepts").parts[0].removesuffix(".py")


def modules() -> dict[Path, str]:
    """Return each file in concepts with its module."""
    inside = [path for path in code() if ROOT / "concepts" in path.parents]
    return {path: module_of(path) for path in inside if module_of(path) != "__init__"}


def imported_names(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a file imports, wherever in the file."""
    package = ".".join(path.parent.relative_to(ROOT).parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join(
                [*(above if node.level else []), *([node.module] if node.module else [])]
            )
            yield from (f"{base}.{alias.name}" for alias in node.names)


def imported_modules(path: Path) -> set[str]:
    """Return the modules of concepts that a file imports."""
    names = [name.split(".") for name in imported_names(path)]
    return {parts[1] for parts in names if parts[0] == "concepts" and len(parts) > 1}


def where(path: Path) -> str:
    """Return a file's path as a reader of the repository writes it."""
    return path.relative_to(ROOT).as_posix()


def test_every_module_has_a_layer() -> None:
    assert sorted(set(modules().values()) - LAYER_OF.keys()) == []


def test_imports_run_one_way() -> None:
    against = [
        f"{where(path)} imports {other}"
        for path, module in modules().items()
        for other in sorted(imported_modules(path) & LAYER_OF.keys())
        if LAYER_OF[other] > LAYER_OF.get(module, len(LAYERS))
    ]
    assert against == []


def test_pure_modules_know_no_database() -> None:
    impure = [
        f"{where(path)} imports {name}"
        for path, module in modules().items()
        if module in LAYERS[0]
        for name in imported_names(path)
        if name.startswith(IMPURE)
    ]
    assert impure == []


def test_mark_safe_stands_in_one_module() -> None:
    words = re.compile(r"\b(mark_safe|SafeString|SafeText)\b")
    found = [where(path) for path in code() if words.search(path.read_text(encoding="utf-8"))]
    assert found in ([], ["concepts/rendering.py"])


def test_no_template_turns_escaping_off() -> None:
    off = re.compile(r"\|\s*(safe|safeseq)\b|\{%\s*autoescape\s+off")
    templates = [
        path for path in files(".html", ".svg", ".xml", ".txt") if "tests" not in path.parts
    ]
    assert [where(t) for t in templates if off.search(t.read_text(encoding="utf-8"))] == []


def test_no_file_of_code_is_longer_than_500_lines() -> None:
    lengths = {
        where(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in files(".py", ".html", ".css", ".js", ".svg")
        if ROOT / "tests" / "data" not in path.parents and path.parent.name != "migrations"
    }
    assert {name: length for name, length in lengths.items() if length > 500} == {}


def test_the_median_function_is_shorter_than_10_lines() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in code()]
    functions = [
        node
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert statistics.median(f.end_lineno - f.lineno + 1 for f in functions if f.end_lineno) < 10


def test_no_file_names_a_folder_of_one_machine() -> None:
    own = re.compile(rf"/(?:home|Users|root|work)/[\w.]|{re.escape(str(ROOT))}\b")
    texts = {where(path): path.read_bytes().decode("utf-8", "replace") for path in files()}
    named = {name: match[0] for name, text in texts.items() if (match := own.search(text))}
    assert named == {}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_versions_and_hashes_and_names_no_registry(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    blocks = re.split(r"^(?=[a-z])", text.split("\n", 2)[2], flags=re.MULTILINE)
    pins = [block for block in blocks if block.strip()]
    assert len(pins) > 10
    assert [b.splitlines()[0] for b in pins if "==" not in b or "--hash=sha256:" not in b] == []


def test_the_run_lock_is_part_of_the_dev_lock() -> None:
    def pinned(name: str) -> set[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return set(re.findall(r"^[a-z0-9-]+==[^ ]+", text, flags=re.MULTILINE))

    assert pinned("requirements.lock") - pinned("requirements-dev.lock") == set()
