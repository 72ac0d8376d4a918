"""The sandbox of a test: a simulated world, clients that reach it, and nothing else that they reach."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self, Unpack

from genai_ports.api.checks import check_instance, check_texts
from genai_ports.api.value import narrowed
from genai_ports.backends.connect import VARIABLE
from genai_ports.backends.connected import connected
from genai_ports.backends.memory import InMemoryModelRepository
from genai_ports.backends.published import published
from genai_ports.errors import ConfigurationError
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.settings import WorldSettings
from genai_ports.testing.clock.endless_waits import Watch
from genai_ports.testing.clock.shared_clock import SharedClock, load_sdk, shared
from genai_ports.testing.isolation.hygiene import oci_hygiene
from genai_ports.testing.isolation.threads import OwnThreads, starts_noted
from genai_ports.testing.settings import SandboxOptions, SandboxSettings
from genai_ports.testing.unused_faults import FAIL, UnusedFaults, check_faults_used
from genai_ports.testing.world import SandboxWorld

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from oci.generative_ai import GenerativeAiClient

    from fake_server import FakeServer
    from genai_ports.api.clock import MovableClock
    from genai_ports.backends.sdk import SdkModelRepository
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.testing.isolation.network import Destination
    from genai_ports.testing.isolation.threads import LeftBehind
    from genai_ports.testing.report import Mark

UNNAMED: Final = "a test"


class Sandbox:
    """A simulated world for one test, and clients that reach it; a context manager.

    Everything is made when it is first used, and closed at the end. Inside the block, `connect()` leads to the world,
    and nothing of this machine's OCI configuration applies; see `oci_hygiene`.

    Args:
        settings: the settings that the world starts with; default: those of `SandboxSettings()`.
        name: the name of the test, for messages.
        options: fields of `SandboxSettings` as keyword arguments, such as `pace="2s"`; they replace those of
            `settings`.

    Raises:
        InvalidInput: a setting is not valid.

    Example:
        >>> with Sandbox(region="fra") as sandbox:
        ...     sandbox.oci_generative_ai_client.list_models("ocid1.compartment.oc1..example", vendor=["meta"]).status
        200
    """

    def __init__(
        self, settings: SandboxSettings | None = None, *, name: str = UNNAMED, **options: Unpack[SandboxOptions]
    ) -> None:
        if settings is not None:
            check_instance("settings", settings, SandboxSettings)
        check_texts(name=name)
        self.settings = (SandboxSettings() if settings is None else settings).changed(**options)
        self.name = name
        self._opened: ExitStack | None = None
        self._is_used = False

    @cached_property
    def genai_simulator(self) -> SandboxWorld:
        """The world."""
        simulator = SandboxWorld(narrowed(self.settings, WorldSettings))
        for plan in self.settings.faults:
            if isinstance(plan, Fault):
                simulator.faults.add(plan)
            else:
                simulator.failing_work.add(plan)
        return simulator

    @property
    def genai_clock(self) -> MovableClock:
        """The clock of the world and of the clients; `advance(seconds)` moves it."""
        return self.genai_simulator.clock

    @cached_property
    def genai(self) -> InMemoryModelRepository:
        """All repositories over the world, in memory."""
        return self._open.enter_context(InMemoryModelRepository(simulator=self.genai_simulator))

    @cached_property
    def genai_server(self) -> FakeServer:
        """A fake server of the world, on a free loopback port; every tenancy reaches the same world."""
        from fake_server import FakeServer  # noqa: PLC0415  # loaded when used

        opened = self._open
        with self._threads.not_own():
            return opened.enter_context(FakeServer(simulator=self.genai_simulator))

    @cached_property
    def genai_over_http(self) -> SdkModelRepository:
        """All repositories over that server, through the OCI SDK."""
        from genai_ports.backends.sdk import SdkModelRepository  # noqa: PLC0415  # loaded when used

        load_sdk()
        repository = SdkModelRepository(
            endpoint=self.genai_server.url, region=self.genai_simulator.region, clock=self.genai_clock
        )
        return self._open.enter_context(repository)

    @cached_property
    def oci_config(self) -> dict[str, str]:
        """A throw-away configuration for clients of the OCI SDK."""
        from genai_ports.throwaway import credentials  # noqa: PLC0415  # loaded when used

        load_sdk()
        return credentials().config(self.genai_simulator.region)

    @cached_property
    def oci_signer(self) -> Any:
        """A throw-away signer for clients of the OCI SDK, which a test can change."""
        from genai_ports.testing.isolation.signer import own_signer  # noqa: PLC0415  # loaded when used

        load_sdk()
        return own_signer()

    @cached_property
    def oci_cli_env(self) -> dict[str, str]:
        """The environment variables for a process that reaches the world; see `subprocess_variables`."""
        from genai_ports.testing.subprocesses import subprocess_variables  # noqa: PLC0415  # loaded when used

        return subprocess_variables(self.genai_server.url, self._write_profile())

    @cached_property
    def oci_generative_ai_client(self) -> GenerativeAiClient:
        """The client of the OCI SDK, which reaches the world without a socket, unless the setting `socket` is on."""
        from oci.generative_ai import GenerativeAiClient  # noqa: PLC0415  # loaded when used

        self._leave_out_circuit_breaker()
        if self.settings.socket:
            return GenerativeAiClient(self.oci_config, signer=self.oci_signer, service_endpoint=self.genai_server.url)
        client = GenerativeAiClient(self.oci_config, signer=self.oci_signer)
        self._open.callback(client.base_client.session.close)
        for scheme in ("http://", "https://"):
            client.base_client.session.mount(scheme, self._transport)
        return client

    @cached_property
    def oci_redirected(self) -> Simulator:
        """The world, to which every client of the OCI SDK in this process is redirected; see `redirected`.

        `~/.oci/config` has a throw-away profile.
        """
        from genai_ports.testing.redirect import redirected  # noqa: PLC0415  # loaded when used

        self._leave_out_circuit_breaker()
        self._write_profile()
        self._open.enter_context(redirected(self.genai_simulator))
        return self.genai_simulator

    @property
    def refused_connections(self) -> list[Destination]:
        """The connections to other machines that were refused so far."""
        return self.oci_hygiene.refused_connections

    @cached_property
    def _transport(self) -> Any:
        from fake_server import create_app  # noqa: PLC0415  # loaded when used
        from genai_ports.testing.wsgi_transport import WsgiTransport  # noqa: PLC0415  # loaded when used

        transport = WsgiTransport(create_app(simulator=self.genai_simulator))
        self._open.callback(setattr, transport, "ended", self.name)
        return transport

    def _write_profile(self) -> Path:
        """Write a throw-away profile for code that reads its configuration itself, unless the test has a profile."""
        file = self.oci_hygiene.home / ".oci" / "config"
        return file if file.exists() else self.oci_hygiene.write_profile(self.genai_simulator.region)

    @cached_property
    def no_sleep(self) -> MovableClock:
        """The clock, which `time.sleep` moves from now on instead of sleeping, in the threads of the test."""
        self._clients.sleep_by(self.genai_clock.sleep)
        return self.genai_clock

    @property
    def left_behind(self) -> tuple[LeftBehind, ...]:
        """Threads that have outlived their test: of this one at its end, or of earlier ones that called its world."""
        return self._threads.left_behind

    def _leave_out_circuit_breaker(self) -> None:
        from genai_ports.testing.stock_client import no_circuit_breaker  # noqa: PLC0415  # loaded when used

        self._open.enter_context(no_circuit_breaker())

    def report(self, since: Mark | None = None, *, repeat: str = "", share: int = 1) -> list[str]:
        """Return what happened in the world, line by line: settings, clock, last calls, refusals, timelines, troubles.

        If the block of the sandbox raises an exception, the exception has it as a note.

        Args:
            since: from where on; default: from the start.
            repeat: how to repeat the test with the same seed; default: not shown.
            share: how many worlds share the lines of the report.
        """
        from genai_ports.testing.report import Mark, part, world_report  # noqa: PLC0415  # loaded when used

        start = since or Mark(None, connected()[self.genai_simulator].since)
        lines = world_report(self.genai_simulator, start, repeat=repeat, share=share)
        return [*lines, *part("remarks", self.remarks())]

    def remarks(self) -> list[str]:
        """Return what the test did beside its world, in one line each."""
        refused = [f"refused a connection to {each}" for each in dict.fromkeys(self.refused_connections)]
        return [*refused, *(f"left behind: {each}" for each in self.left_behind)]

    def add_report_to(self, error: BaseException) -> None:
        """Add the report to an exception as a note, if it has none of this world and takes notes."""
        from genai_ports.testing.report import Note  # noqa: PLC0415  # loaded when used

        if any(note.world() is self.genai_simulator for note in Note.of_error(error)):
            return
        try:
            note: str = Note.about(self.genai_simulator, self.report())
        except Exception as defect:  # noqa: BLE001  # the error of the test matters more
            note = f"genai_ports: no report of the world: {type(defect).__name__}: {defect}"
        with suppress(Exception):  # some exceptions refuse notes, such as frozen dataclasses
            error.add_note(note)

    @property
    def _open(self) -> ExitStack:
        """What is closed at the end of the block.

        Raises:
            ConfigurationError: this is not in the block.
        """
        if self._opened is None:
            raise ConfigurationError(
                f"the sandbox of {self.name} is {'closed' if self._is_used else 'not open'}: use it in its block, "
                "`with Sandbox() as sandbox:`"
            )
        return self._opened

    def __enter__(self) -> Self:
        if self._is_used:
            raise ConfigurationError(f"the sandbox of {self.name} was used before: make a new one for each test")
        self._is_used = True
        self._threads = OwnThreads(self.name)
        self._clients = SharedClock(self.genai_clock, self._threads, f"{self.settings.seed}/{self.name}")
        watch = Watch(self._threads) if self.settings.stop_endless_waits else None
        self.genai_simulator.guard(self._threads, watch, self._clients)
        with ExitStack() as stack:
            stack.enter_context(starts_noted())
            stack.enter_context(shared(self._clients))
            self.oci_hygiene = stack.enter_context(oci_hygiene(self.name, self.settings.allow_hosts))
            # The hygiene puts the variable back.
            os.environ[VARIABLE] = stack.enter_context(published(self.genai_simulator))
            self._opened = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            self.add_report_to(error)
        try:
            if error is None:
                self.check_faults_used()
        except UnusedFaults as unused:
            self.add_report_to(unused)
            raise
        finally:
            self.close()

    def close(self) -> None:
        """Close all clients and put back what was changed, without a check of the faults."""
        with self._opened or ExitStack():
            self._opened = None
            self._threads.close()

    def check_faults_used(self) -> None:
        """Check that each fault of the settings has applied to a call, unless the setting `unused_faults` is `ignore`.

        The end of the block does it too, if the block does not raise.

        Raises:
            UnusedFaults: one has not.
        """
        if self.settings.faults and self.settings.unused_faults == FAIL:
            check_faults_used(self.genai_simulator, self.settings.faults)
