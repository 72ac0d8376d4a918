"""Tests without pytest: a base for the test cases of unittest, with a new world for each test method."""

from __future__ import annotations

import sys
import unittest
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, Unpack

from genai_ports.api.display import display
from genai_ports.errors import InvalidInput
from genai_ports.testing.sandbox import Sandbox
from genai_ports.testing.settings import SandboxOptions, SandboxSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from oci.generative_ai import GenerativeAiClient

    from fake_server import FakeServer
    from genai_ports.api.clock import MovableClock
    from genai_ports.backends.memory import InMemoryModelRepository
    from genai_ports.backends.sdk import SdkModelRepository
    from genai_ports.simulator.simulator import Simulator

    _Raised: TypeAlias = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

F = TypeVar("F", bound="Callable[..., Any]")
_OPTIONS: Final = "genai_options"
_MAY_FAIL: Final = "__unittest_expecting_failure__"
"""What the decorator `unittest.expectedFailure` sets."""


def sandbox_settings(**options: Unpack[SandboxOptions]) -> Callable[[F], F]:
    """Return a decorator that changes the settings of the world for one test method of a `GenAiTestCase`.

    Args:
        options: fields of `SandboxSettings` as keyword arguments, such as `pace="2s"`.

    Raises:
        InvalidInput: a setting is not valid.
    """
    SandboxSettings().changed(**options)

    def decorate(method: F) -> F:
        setattr(method, _OPTIONS, {**options, **getattr(method, _OPTIONS, {})})
        return method

    return decorate


class GenAiTestCase(unittest.TestCase):
    """A test case whose test methods have a new world each, and all clients of it.

    The attributes have the names of the pytest fixtures; what they return is made when it is first used. Inside a test,
    `connect()` leads to its world, and nothing of this machine's OCI configuration applies. The exception of a failed
    test has the report of its world as a note.

    Attributes:
        genai_settings: the settings of each test's world. A subclass sets its own; `sandbox_settings` changes them for
            one method.
        genai_sandbox: the sandbox of the test.

    For coroutines, name this class before `unittest.IsolatedAsyncioTestCase` among the bases.

    Example:
        >>> class TestCatalogue(GenAiTestCase):
        ...     genai_settings = SandboxSettings(region="fra")
        ...
        ...     def test_region(self):
        ...         self.assertEqual(self.genai.default_region, "eu-frankfurt-1")
        >>> TestCatalogue("test_region").run().wasSuccessful()
        True
    """

    genai_settings: SandboxSettings = SandboxSettings()
    genai_sandbox: Sandbox

    def run(self, result: unittest.TestResult | None = None) -> unittest.TestResult | None:
        """Run the test in a sandbox."""
        found = _Reporting(result or self.defaultTestResult())
        try:
            found.sandbox = self._new_sandbox().__enter__()
        except Exception:  # noqa: BLE001  # such as a wrong setting; the run goes on
            found.startTest(self)
            found.addError(self, sys.exc_info())
            found.stopTest(self)
            return found.result
        self.addCleanup(self._close, found)
        try:
            super().run(found)  # type: ignore[arg-type]  # it passes everything on to a result
        finally:
            self.doCleanups()  # of a test that was skipped
            found.error = None  # its traceback refers to this frame
        return found.result

    def debug(self) -> None:
        """Run the test in a sandbox, without a result: its exception passes."""
        with self._new_sandbox():
            super().debug()

    def _new_sandbox(self) -> Sandbox:
        if not isinstance(self.genai_settings, SandboxSettings):
            raise InvalidInput(f"genai_settings must be SandboxSettings, not {display(self.genai_settings)}")
        options = getattr(getattr(self, self._testMethodName), _OPTIONS, {})
        self.genai_sandbox = Sandbox(self.genai_settings.changed(**options), name=self.id())
        return self.genai_sandbox

    def _close(self, result: _Reporting) -> None:
        """Close the sandbox of a test that has a result."""
        if any(getattr(each, _MAY_FAIL, False) for each in (self, getattr(self, self._testMethodName))):
            self.genai_sandbox.close()  # the calls that its faults apply to need not happen
            return
        error = result.error
        self.genai_sandbox.__exit__(None if error is None else type(error), error, None)

    @property
    def genai_simulator(self) -> Simulator:
        """The world of this test."""
        return self.genai_sandbox.genai_simulator

    @property
    def genai_clock(self) -> MovableClock:
        """The clock of the world and of its clients; `advance(seconds)` moves it."""
        return self.genai_sandbox.genai_clock

    @property
    def genai(self) -> InMemoryModelRepository:
        """All repositories over the world, in memory."""
        return self.genai_sandbox.genai

    @property
    def genai_server(self) -> FakeServer:
        """A fake server of the world, on a free loopback port."""
        return self.genai_sandbox.genai_server

    @property
    def genai_over_http(self) -> SdkModelRepository:
        """All repositories over that server, through the OCI SDK."""
        return self.genai_sandbox.genai_over_http

    @property
    def oci_config(self) -> dict[str, str]:
        """A throw-away configuration for clients of the OCI SDK."""
        return self.genai_sandbox.oci_config

    @property
    def oci_signer(self) -> Any:
        """A throw-away signer for clients of the OCI SDK."""
        return self.genai_sandbox.oci_signer

    @property
    def oci_cli_env(self) -> dict[str, str]:
        """The environment variables for a process that reaches the world."""
        return self.genai_sandbox.oci_cli_env

    @property
    def oci_generative_ai_client(self) -> GenerativeAiClient:
        """The client of the OCI SDK on the world, without a socket."""
        return self.genai_sandbox.oci_generative_ai_client

    @property
    def oci_redirected(self) -> Simulator:
        """The world, to which every client of the OCI SDK in this process is redirected from now on."""
        return self.genai_sandbox.oci_redirected

    @property
    def no_sleep(self) -> MovableClock:
        """The clock, which `time.sleep` moves from now on instead of sleeping."""
        return self.genai_sandbox.no_sleep


class _Reporting:
    """Passes everything on to the result of a test; errors get the report of the sandbox before.

    Args:
        result: the result.

    Attributes:
        sandbox: the sandbox of the test.
        error: why the test did not pass; None if it did so far.
    """

    def __init__(self, result: unittest.TestResult) -> None:
        self.result = result
        self.sandbox: Sandbox | None = None
        self.error: BaseException | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.result, name)

    def addError(self, test: unittest.TestCase, err: _Raised) -> None:  # noqa: N802  # a name of unittest
        self._explain(err)
        self.result.addError(test, err)

    def addFailure(self, test: unittest.TestCase, err: _Raised) -> None:  # noqa: N802  # a name of unittest
        self._explain(err)
        self.result.addFailure(test, err)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:  # noqa: N802  # a name of unittest
        self.error = unittest.SkipTest(reason)
        self.result.addSkip(test, reason)

    def addSubTest(  # noqa: N802  # a name of unittest
        self, test: unittest.TestCase, subtest: unittest.TestCase, err: _Raised | None
    ) -> None:
        if err is not None:
            self._explain(err)
        self.result.addSubTest(test, subtest, err)

    def _explain(self, err: _Raised) -> None:
        self.error = err[1]
        if self.sandbox is not None and self.error is not None:
            self.sandbox.add_report_to(self.error)
