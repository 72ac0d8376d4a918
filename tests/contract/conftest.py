"""Leaves out what a backend here declares that it cannot do, so that a test run of the project skips nothing."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config, items):
    lacking = [item for item in items if lacks(item)]
    config.hook.pytest_deselected(items=lacking)
    items[:] = [item for item in items if not lacks(item)]


def lacks(item):
    cannot = getattr(getattr(item, "cls", None), "cannot", {})
    differs = getattr(getattr(item, "cls", None), "differs", {})
    needed = [capability for mark in item.iter_markers("needs_capability") for capability in mark.args]
    return getattr(item, "originalname", None) in differs or any(capability in cannot for capability in needed)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Run a test over a recording once before, to record it."""
    backends = getattr(pyfuncitem.instance, "backends", None)
    if backends is not None:
        pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames})
        for backend in backends:
            backend.rewind()
