"""The package: what an import loads, and its public names."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
import typing
from importlib.metadata import version
from pathlib import Path

import pytest

import genai_ports
from genai_ports import api


def packages_loaded_by(code):
    """Return the packages beyond the standard library that code loads in a new interpreter."""
    new = "print(*{name.partition('.')[0] for name in sys.modules if name not in before})"
    script = f"import sys; before = set(sys.modules)\n{code}\n{new}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split()) - set(sys.stdlib_module_names)


def test_importing_the_package_loads_no_other_package():
    assert packages_loaded_by("import genai_ports") == {"genai_ports"}


def test_all_public_names_except_the_adapters_with_extras_load_only_sortedcontainers():
    code = (
        "import genai_ports\nextras = {'SdkModelRepository', 'CassetteModelRepository', 'from_sdk', 'to_sdk'}\n"
        "for name in set(genai_ports.__all__) - extras: getattr(genai_ports, name)"
    )
    assert packages_loaded_by(code) == {"genai_ports", "sortedcontainers"}


def test_a_connection_in_memory_loads_only_sortedcontainers():
    code = (
        "from genai_ports import connect\n"
        "with connect('memory://') as genai: genai.list_models('ocid1.compartment.oc1..a').first()"
    )
    assert packages_loaded_by(code) == {"genai_ports", "sortedcontainers"}


def test_every_public_name_can_be_loaded_and_is_listed_by_dir():
    for name in genai_ports.__all__:
        assert getattr(genai_ports, name) is not None
    assert dir(genai_ports) == sorted(genai_ports.__all__)


def hinted(name):
    """Return what has type hints: a public function or class, the methods of the class, the functions of a module."""
    public = getattr(genai_ports, name)
    if inspect.isfunction(public):
        yield public
    if inspect.ismodule(public):
        yield from (each for name, each in inspect.getmembers(public, inspect.isfunction) if not name.startswith("_"))
    if isinstance(public, type):
        yield public
        names = ("__init__", *(member for member in dir(public) if not member.startswith("_")))
        members = (inspect.getattr_static(public, member) for member in names)
        functions = (getattr(member, "fget", getattr(member, "__func__", member)) for member in members)
        yield from (each for each in functions if inspect.isfunction(each) and ours(each))


def ours(function):
    """Whether a function is in our source; `dataclasses` generates others, with the hints of their class."""
    return function.__module__.startswith("genai_ports") and function.__code__.co_filename != "<string>"


@pytest.mark.parametrize("name", sorted(genai_ports.__all__))
def test_type_hints_resolve(name):
    for each in hinted(name):
        typing.get_type_hints(each)


def imported_for_type_checkers(package):
    """Map each name in the `if TYPE_CHECKING` block of a package to its module; `*` to the module of a star import."""
    tree = ast.parse(Path(inspect.getfile(package)).read_text(encoding="utf-8"))
    [block] = [node.body for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in block if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name: node.module for node in imports for alias in node.names}


def test_type_checkers_and_the_lazy_import_of_the_api_use_the_same_modules():
    assert imported_for_type_checkers(api) == {
        name: f"genai_ports.api.{module}" for name, module in api._MODULE_OF.items()
    }


def test_type_checkers_and_the_lazy_import_use_the_same_modules():
    loaded_from = {name: f"genai_ports.{module}" for name, module in genai_ports._MODULE_OF.items() if module != "api"}
    assert imported_for_type_checkers(genai_ports) == {
        **loaded_from,
        "*": "genai_ports.api",
        "builders": "genai_ports",
    }
    assert set(genai_ports.__all__) == {*loaded_from, *api.__all__, "builders"}


def test_public_names_are_listed_once():
    assert len(set(genai_ports.__all__)) == len(genai_ports.__all__)


def test_a_star_import_imports_every_public_name():
    names = {}
    exec("from genai_ports import *", names)  # noqa: S102  # a function cannot hold a star import
    assert set(genai_ports.__all__) <= set(names)


def test_the_version_is_that_of_the_installed_package():
    assert genai_ports.__version__ == version("genai-ports")


def test_every_public_class_is_the_one_of_its_own_module():
    for name in genai_ports.__all__:
        public = getattr(genai_ports, name)
        if isinstance(public, type):
            assert getattr(sys.modules[public.__module__], name) is public


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"^module 'genai_ports' has no attribute 'Nothing'$"):
        genai_ports.Nothing  # noqa: B018
    with pytest.raises(AttributeError, match=r"^module 'genai_ports.api' has no attribute 'Nothing'$"):
        api.Nothing  # noqa: B018


def test_builders_is_a_module():
    assert genai_ports.builders.object_storage_dataset.__module__ == "genai_ports.builders"


@pytest.mark.parametrize(
    ("name", "package", "extra"),
    [
        ("SdkModelRepository", "oci", "oci"),
        ("from_sdk", "oci", "oci"),
        ("CassetteModelRepository", "yaml", "recording"),
    ],
)
def test_a_public_name_whose_package_is_not_installed_says_which_extra_it_needs(name, package, extra):
    code = f"import sys; sys.modules[{package!r}] = None\nfrom genai_ports import {name}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == (
        f"genai_ports.errors.MissingExtra: {package} is not installed; {name} needs it: "
        f"pip install 'genai-ports[{extra}]'"
    )


def test_tools_that_read_all_names_of_the_package_get_an_import_error_for_those_of_missing_extras():
    code = """
import sys
sys.modules["oci"] = sys.modules["yaml"] = None
import genai_ports
for name in dir(genai_ports):
    try:
        getattr(genai_ports, name)
    except ImportError as error:
        print(name)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"SdkModelRepository", "CassetteModelRepository"} <= set(done.stdout.split())
