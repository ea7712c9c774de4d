"""The public surface of the library: exact, documented, and light to load."""

from __future__ import annotations

import inspect
import pkgutil
import subprocess
import sys
from enum import EnumMeta

import pytest

import kelisim


def test_the_public_names_are_all_there_are_and_all_are_there():
    assert kelisim.__all__ == sorted(kelisim.__all__, key=lambda name: (not name.isupper(), name))
    assert len(set(kelisim.__all__)) == len(kelisim.__all__)
    modules = {module.name for module in pkgutil.iter_modules(kelisim.__path__)}
    public = {name for name in vars(kelisim) if not name.startswith("_")}
    assert public - modules == set(kelisim.__all__) - modules


@pytest.mark.parametrize("name", kelisim.__all__)
def test_every_public_name_says_what_it_is_for(name):
    thing = getattr(kelisim, name)
    if inspect.isclass(thing) or inspect.isroutine(thing) or callable(thing):
        assert inspect.getdoc(thing)
    if inspect.isclass(thing) and not isinstance(thing, EnumMeta):
        methods = [one for found, one in vars(thing).items() if inspect.isfunction(one) and not found.startswith("_")]
        assert all(inspect.getdoc(method) for method in methods)


def loaded_by(statement):
    """The modules that a fresh Python has after a statement."""
    command = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return set(done.stdout.split())


def test_loading_the_library_loads_neither_a_site_nor_a_node():
    roots = {name.partition(".")[0] for name in loaded_by("import kelisim")}
    assert not roots & {"django", "kelisim_web", "sqlite3", "socket", "asyncio", "click"}


def test_loading_the_command_loads_no_django():
    roots = {name.partition(".")[0] for name in loaded_by("import kelisim.cli")}
    assert "django" not in roots


def test_loading_the_library_says_and_configures_nothing():
    command = (
        "import logging; before = list(logging.root.handlers); import kelisim; assert logging.root.handlers == before"
    )
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("module", sorted(one.name for one in pkgutil.walk_packages(kelisim.__path__, "kelisim.")))
def test_every_module_can_be_loaded_alone_and_opens_with_what_it_is_for(module):
    __import__(module)
    assert sys.modules[module].__doc__
