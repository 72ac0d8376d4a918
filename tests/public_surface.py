"""The public functions, constructors and methods, found by their names, and a valid value for each parameter."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import fake_server
import genai_ports
from genai_ports import builders, drift, recording, testing
from genai_ports.api.kinds import IMPORTED_MODEL, OPERATIONS
from genai_ports.client.retry import NEVER
from genai_ports.errors import NotFound
from genai_ports.recording.cassette import load_cassette
from genai_ports.recording.player import Player
from genai_ports.recording.tape import Tape
from genai_ports.simulator.faults.fault_registry import FaultRegistry
from genai_ports.simulator.rules.limits import Limits
from genai_ports.simulator.rules.policies import Policies
from genai_ports.simulator.state.journal import Journal
from genai_ports.testing import ready, settings
from genai_ports.testing.wsgi_transport import WsgiTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


MODULES = (genai_ports, builders, testing, ready, fake_server, drift, recording)
OURS = ("genai_ports", "fake_server")


class World:
    """A simulated world with a model whose import is under way, and what leads to it; made when it is first used."""

    @cached_property
    def simulator(self) -> genai_ports.Simulator:
        """The world."""
        simulator = genai_ports.Simulator(pace="2s")
        genai = genai_ports.InMemoryModelRepository(simulator=simulator, retry=NEVER)
        self.model = genai.create_imported_model(ready.imported_model_details())
        self.work = self.model.response.work_request_id
        return simulator

    @cached_property
    def genai(self) -> genai_ports.InMemoryModelRepository:
        """The repositories in memory."""
        return genai_ports.InMemoryModelRepository(simulator=self.simulator, retry=NEVER)

    @cached_property
    def over_http(self) -> genai_ports.SdkModelRepository:
        """The repositories that reach the world through the SDK, without a socket."""
        transport = WsgiTransport(fake_server.create_app(simulator=self.simulator))
        return genai_ports.SdkModelRepository(
            endpoint="http://127.0.0.1:1", transport=transport, clock=self.simulator.clock, retry=NEVER
        )

    def start_again(self) -> None:
        """Undo what was done to the world, if it is in use."""
        if "simulator" in vars(self):
            self.simulator.become(World().simulator)

    def is_changed(self) -> bool:
        """Whether something differs that a refused call must leave as it was: all but the journal and counts of ids."""
        return "simulator" in vars(self) and _contents(self.simulator) != _contents_at_start()


def _contents(simulator: genai_ports.Simulator) -> Any:
    data = simulator.snapshot()
    del data["journal"]
    del data["world"]["requestIds"], data["world"]["retryTokens"]["generated"]
    return data, simulator.settings


@cache
def _contents_at_start() -> Any:
    return _contents(World().simulator)


CASSETTE = Path(__file__).parent.parent / "cassettes" / "browse.yaml"


OWNERS: dict[type, Callable[[World], Any]] = {
    genai_ports.InMemoryModelRepository: lambda world: world.genai,
    genai_ports.SdkModelRepository: lambda world: world.over_http,
    genai_ports.Simulator: lambda world: world.simulator,
    FaultRegistry: lambda world: world.simulator.faults,
    Journal: lambda world: world.simulator.journal,
    Limits: lambda world: world.simulator.limits,
    Policies: lambda world: world.simulator.policies,
    genai_ports.VirtualClock: lambda world: world.simulator.clock,
    genai_ports.Listing: lambda world: world.genai.list_models(ready.COMPARTMENT),
    genai_ports.Fault: lambda _: genai_ports.Fault(status=503),
    genai_ports.FailingWork: lambda _: genai_ports.FailingWork(percent=3),
    genai_ports.RetryPolicy: lambda _: NEVER,
    Player: lambda _: Player(load_cassette(CASSETTE)),
    Tape: lambda _: Tape(Path("no such folder") / "a.yaml"),
    testing.Sandbox: lambda _: testing.Sandbox(),
    testing.SandboxSettings: lambda _: testing.SandboxSettings(),
}
"""The way to an object of each class with methods of its own, and of what a simulator consists of."""

NO_TARGETS = {
    genai_ports.Repository: "the repositories of OWNERS derive from it",
    genai_ports.CassetteModelRepository: "its methods are those of the other repositories; Player has what is its own",
    testing.GenAiTestCase: "unittest makes it and calls its methods",
    fake_server.FakeServer: "its methods take no arguments",
    genai_ports.WorldSettings: "SandboxSettings and Settings derive from it",
    fake_server.Settings: "its methods are those of SandboxSettings",
}
"""Classes without a way to an object, with the reason."""

EXCLUDED = {
    "Fault.describe": "the journal calls it",
    "drift.compare": "takes what describe_served and describe_installed return",
    "testing.GenAiTestCase": "unittest calls it",
    "Sandbox.report": "takes a Mark, which only the pytest plugin makes",
    "Simulator.handle": "takes a Call that a backend has made; Repository checks what it is made of",
    "Simulator.refuse": "for servers, which pass what they have read",
    "Player.play": "for servers, as above",
    "Player.respond": "for servers, as above",
    "Journal.add": "the simulator calls it",
    "Journal.from_data": "Simulator.restore calls it, and names the place of what is wrong",
    "Limits.from_data": "as above",
    "Policies.from_data": "as above",
    "FaultRegistry.from_data": "as above",
    "Limits.check": "the simulator calls it",
    "Limits.check_quota": "the simulator calls it",
    "Policies.check": "the simulator calls it",
    "FaultRegistry.take": "the simulator calls it",
    "FaultRegistry.uncounted_on_error": "the simulator calls it",
    "Fault.matches": "the registry calls it",
    "Fault.applies_to": "the registry calls it",
    "FailingWork.matches": "the registry calls it",
    "FailingWork.applies_to": "the registry calls it",
    "Tape.record": "the recorder calls it",
    "Sandbox.add_report_to": "unittest and pytest call it with the error of a test",
}
"""What only the library and its plugins call, with the reason why nothing of another type comes there."""

NAMED = {
    "genai_ports.SdkModelRepository": lambda: {
        "endpoint": "http://127.0.0.1:1",
        "retry": NEVER,
        "clock": genai_ports.VirtualClock(),
    },
    "genai_ports.CassetteModelRepository": lambda: {"path": CASSETTE},
    "recording.replaying": lambda: {"path": CASSETTE},
    "recording.Tape": lambda: {"path": "a.yaml"},
    "recording.recording": lambda: {"path": "a.yaml"},
    "Player.load": lambda: {"path": CASSETTE},
    "recording.Player": lambda: {"cassette": load_cassette(CASSETTE)},
}
"""What a function or constructor needs beside the value for its parameter to be used at all."""

_VALID: dict[str, Callable[[World, str], Any]] = {
    "compartment_id": lambda _, __: ready.COMPARTMENT,
    "identifier": lambda world, _: world.simulator and world.model.id,
    "imported_model_id": lambda world, _: world.simulator and world.model.id,
    "work_request_id": lambda world, _: world.simulator and world.work,
    "details": lambda world, method: (
        OPERATIONS[method].details()
        if method.startswith("update")
        else ready.details(World().genai, OPERATIONS[method].kind)
    ),
    "url": lambda _, __: "memory://",
    "genai": lambda world, _: world.genai,
    "kind": lambda _, __: IMPORTED_MODEL,
    "result": lambda world, _: world.simulator and world.model,
    "simulator": lambda world, _: world.simulator,
    "backend": lambda world, _: world.genai.backend,
    "other": lambda world, _: genai_ports.Simulator(),
    "data": lambda world, _: world.simulator.snapshot(),
    "target": lambda world, _: world.simulator,
    "cassette": lambda _, __: load_cassette(CASSETTE),
    "pace": lambda _, __: "manual",
    "percent": lambda _, __: 5,
    "seconds": lambda _, __: 1,
    "time": lambda world, _: world.simulator.clock.now(),
    "plan": lambda _, __: genai_ports.Fault(status=503),
    "name": lambda _, __: "dedicated-unit-h100-count",
    "most": lambda _, __: 3,
    "user": lambda _, __: "ocid1.user.oc1..ann",
    "group": lambda _, __: "Readers",
    "statement": lambda _, __: "Allow group Readers to read generative-ai-family in tenancy",
    "tries": lambda _, __: 1,
    "error": lambda _, __: NotFound("no"),
    "region": lambda _, __: "us-chicago-1",
    "text": lambda _, __: "us-chicago-1",
    "default": lambda _, __: "us-chicago-1",
    "test": lambda _, __: "a test",
    "options": lambda _, __: {},
}
"""A valid value for the parameters of functions and methods, by name; a new parameter needs none."""

_KEYWORDS = {"Journal.one": tuple(inspect.signature(Journal.query).parameters)[1:]}


@dataclass(frozen=True)
class Target:
    """A callable that users can reach, and one parameter of it."""

    name: str
    find: Callable[[World], Callable[..., Any]]
    parameter: str
    required: tuple[inspect.Parameter, ...]

    def call(self, world: World, odd: object) -> Any:
        """Call it with valid values, and with another value for the parameter."""
        method = self.name.rpartition(".")[2]
        positional, named = [], NAMED.get(self.name, dict)()
        for each in self.required:
            if each.name in named:
                continue
            given = odd if each.name == self.parameter or each.name not in _VALID else _VALID[each.name](world, method)
            if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD):
                positional.append(given)
            else:
                named[each.name] = given
        if self.parameter.startswith("*"):
            positional.append(odd)
        elif self.parameter in named or self.parameter not in {each.name for each in self.required}:
            named[self.parameter] = odd
        return self.find(world)(*positional, **named)


def targets() -> Iterator[Target]:
    """Yield each parameter of what is public."""
    for module in MODULES:
        own = [name for name, each in vars(module).items() if getattr(each, "__module__", "") == module.__name__]
        for name in vars(module).get("__all__") or [each for each in own if not each.startswith("_")]:
            found = getattr(module, name)
            if getattr(found, "__module__", "").partition(".")[0] not in OURS or _is_left_out(found):
                continue
            full = f"{module.__name__.rpartition('.')[2]}.{name}"
            if callable(found) and full not in EXCLUDED:
                yield from _of(full, found, partial(_constant, found))
    for owner, way in OWNERS.items():
        for name in dir(owner):
            method = inspect.getattr_static(owner, name)
            full = f"{owner.__name__}.{name}"
            if name.startswith("_") or isinstance(method, property | type) or full in EXCLUDED:
                continue
            bound = getattr(owner, name)
            if callable(bound):
                skip = 0 if isinstance(method, classmethod | staticmethod) else 1
                yield from _of(full, bound, partial(_method, way, name), skip)


def _is_left_out(found: Any) -> bool:
    """Whether it is an error, which the library makes, or a class that nobody makes."""
    if not isinstance(found, type):
        return False
    return issubclass(found, Exception) or getattr(found, "_is_protocol", False) or found.__module__.endswith("enums")


def _constant(found: Any, _: World) -> Any:
    return found


def _method(way: Callable[[World], Any], name: str, world: World) -> Any:
    return getattr(way(world), name)


def _of(name: str, found: Any, find: Callable[[World], Callable[..., Any]], skip: int = 0) -> Iterator[Target]:
    parameters = list(inspect.signature(found).parameters.values())[skip:]
    variable = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    required = tuple(each for each in parameters if each.default is each.empty and each.kind not in variable)
    for each in parameters:
        if each.kind is each.VAR_KEYWORD:
            yield from (Target(name, find, option, required) for option in _options(name, each))
        else:
            yield Target(name, find, f"*{each.name}" if each.kind is each.VAR_POSITIONAL else each.name, required)


def _options(name: str, parameter: inspect.Parameter) -> tuple[str, ...]:
    """Name the options that a function takes: those of a TypedDict, or some that it passes on."""
    written = str(parameter.annotation)
    if not written.startswith("Unpack["):
        return _KEYWORDS.get(name, ("display_name",))
    options = getattr(settings, written.removeprefix("Unpack[").removesuffix("]"))
    return tuple(get_type_hints(options))
