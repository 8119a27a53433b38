"""Who may import whom, and where heavy libraries come in (docs/architecture.md)."""

import subprocess
import sys

import pytest

from tests.project.house import ROOT, eager_imports, imports, modules, within

MODULES = modules()

# A room, and the rooms it may import besides itself. The order matters: the first that fits is meant.
MAY_IMPORT = {
    "retention.base": (),
    "retention": ("retention.base",),
    "recorder": ("retention",),
    "kiosk": ("retention",),
    "desk": ("retention", "recorder", "kiosk"),
    "portier": ("retention.base",),
}
# A heavy library, and the only modules or packages that may import it.
DOORS = {
    "kivy": ("kiosk.app", "kiosk.screens"),
    "av": ("recorder",),
    "cv2": ("recorder", "kiosk.codes.camera"),
    "schedule": ("retention",),
    "fastapi": ("desk",),
    "starlette": ("desk",),
    "uvicorn": ("desk",),
    "jinja2": ("desk",),
    "typst": ("retention.base.typeset",),
    "alembic": ("retention.base.migrate", "retention.base.migrations"),
}
# What the kiosk shows, the list prints and the command starts must not drag in.
LIGHT = (
    "kiosk",
    "kiosk.commands",
    "kiosk.run",
    "kiosk.tables",
    "kiosk.calamity.commands",
    "recorder.tables",
    "desk.tables",
    "retention.commands",
    "portier",
)


def room(module: str) -> str:
    return next(name for name in MAY_IMPORT if within(module, name))


def test_rooms_know_only_the_rooms_below_them() -> None:
    wrong = []
    for module, tree in MODULES.items():
        allowed = (room(module), *MAY_IMPORT[room(module)])
        for name in imports(tree):
            if any(within(name, known) for known in MAY_IMPORT) and not any(within(name, known) for known in allowed):
                wrong.append(f"{module} imports {name}")
    assert wrong == []


def test_heavy_libraries_have_one_door_each() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, tree in MODULES.items()
        for name in imports(tree)
        for library, doors in DOORS.items()
        if within(name, library) and not any(within(module, door) for door in doors)
    ]
    assert wrong == []


@pytest.mark.parametrize("module", [name for name in LIGHT if name in MODULES])
def test_light_modules_load_no_heavy_library(module: str) -> None:
    program = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(loaded.stdout.split()) & {"kivy", "av", "cv2", "fastapi", "uvicorn", "typst"} == set()


def test_the_command_loads_no_room_before_it_is_asked_for_one() -> None:
    assert [
        name
        for name in eager_imports(MODULES["portier"])
        if not name.startswith("retention.base") and any(within(name, known) for known in MAY_IMPORT)
    ] == []


def test_the_first_screen_waits_for_no_database_library() -> None:
    program = "import sys, kiosk.run, kiosk.app; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(loaded.stdout.split()) & {"sqlalchemy", "alembic", "argon2", "typst"} == set()
