"""Imports and foreign keys point down, never sideways; pure modules import no Django."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "district": 0,
    "discipline": 1,
    "training": 1,
    "commitments": 1,
    "circles": 2,
    "dashboards": 3,
    "api": 4,
    "config": 5,
}
PURE = (
    "district/access.py",
    "district/calendar.py",
    "district/names.py",
    "district/rules",
    "district/spreadsheets",
    "dashboards/patterns/formulas.py",
    "dashboards/circle_outcomes/avoided.py",
    "dashboards/circle_outcomes/before_after.py",
    "dashboards/circle_outcomes/courses.py",
    "dashboards/circle_outcomes/presence.py",
    "dashboards/circle_outcomes/spreads.py",
    "discipline/idea_clock",
    "discipline/response_matrix.py",
    "training/eligibility.py",
    "training/validity.py",
    "dashboards/risk.py",
    "dashboards/demo",
)


PURE_NAMES = tuple(name.removesuffix(".py").replace("/", ".") for name in PURE)


def modules(folder: Path) -> list[Path]:
    """Return the Python files below `folder` (or the file itself), without migrations."""
    if folder.is_file():
        return [folder]
    return [path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts]


def imports(path: Path) -> list[tuple[int, str]]:
    """Return (line, dotted name) of every import in the file, relative ones made absolute."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            found.append((node.lineno, ".".join([*base, *([node.module] if node.module else [])])))
    return found


def is_allowed(importer: str, imported: str) -> bool:
    """Say whether floor `importer` may use floor `imported`: itself or a lower one, never a sibling."""
    return importer == imported or FLOORS[imported] < FLOORS[importer]


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_point_down(floor):
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(ROOT / floor)
        for line, name in imports(path)
        if name.split(".")[0] in FLOORS and not is_allowed(floor, name.split(".")[0])
    ]
    assert wrong == []


def test_foreign_keys_point_down():
    """String references count too: `_meta` knows what they resolve to."""
    walked, wrong = 0, []
    for model in apps.get_models():
        floor = model._meta.app_label
        if floor not in FLOORS:
            continue
        for field in [*model._meta.get_fields()]:
            target = getattr(field, "related_model", None)
            if target is None or field.auto_created or target._meta.app_label not in FLOORS:
                continue
            walked += 1
            if not is_allowed(floor, target._meta.app_label):
                wrong.append(f"{model.__name__}.{field.name} -> {target.__name__}")
    assert walked >= 50
    assert wrong == []


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_import_no_django(name):
    impure = {"django", "rest_framework", "django_filters", "discipline", "api", "config"}
    found = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in modules(ROOT / name)
        for line, module in imports(path)
        if (module.split(".")[0] in impure and not module.startswith(PURE_NAMES))
        or module.startswith("district.models")
    ]
    assert modules(ROOT / name)
    assert found == []


def test_no_signals_and_no_imports_inside_functions_that_dodge_a_cycle():
    wrong = []
    for floor in FLOORS:
        for path in modules(ROOT / floor):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            wrong += [
                f"{path.relative_to(ROOT)}:{line} uses signals"
                for line, name in imports(path)
                if name.startswith("django") and "signals" in name
            ]
            for function in ast.walk(tree):
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                    wrong += [
                        f"{path.relative_to(ROOT)}:{node.lineno} imports {module} inside {function.name}"
                        for node in ast.walk(function)
                        if isinstance(node, ast.ImportFrom) and (module := node.module or "").split(".")[0] in FLOORS
                    ]
    assert wrong == []


def test_rooms_stay_habitable():
    """No file above 400 lines, no models file above 300, no views file above 250."""
    limits = {"models": 300, "views": 250}
    wrong = []
    for floor in FLOORS:
        for path in modules(ROOT / floor):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            kind = "models" if "models" in path.parts else path.stem.split("_")[0]
            if lines > limits.get(kind, 400):
                wrong.append(f"{path.relative_to(ROOT)} has {lines} lines")
    assert wrong == []
