"""Runs each contract test over a recording twice."""

from __future__ import annotations

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Run a test over a recording once before, to record it."""
    backends = getattr(pyfuncitem.instance, "backends", None)
    if backends is not None:
        before = len(backends)
        pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames})
        for backend in backends:
            backend.rewind()
        pyfuncitem.instance.recorded = iter(backends[before:])
