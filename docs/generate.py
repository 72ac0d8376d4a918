"""Generate the parts of the documentation that come from the code: `python docs/generate.py`.

Such a part stands between `<!-- generated: NAME -->` and `<!-- end -->`; tests/test_docs.py checks it.
"""
# ruff: noqa: INP001  # a script, no package

from __future__ import annotations

import ast
import inspect
import json
import pkgutil
import re
import sys
from dataclasses import MISSING, Field, fields
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

import fake_server
import genai_ports
import genai_ports.testing
from genai_ports import builders, pytest_plugin
from genai_ports.api import enums
from genai_ports.api.kinds import KINDS, OPERATIONS
from genai_ports.api.names import camel
from genai_ports.api.value import Value
from genai_ports.api.verbs import CHANGE_COMPARTMENT, CREATE, LIST
from genai_ports.cli.commands import SUMMARIES, load_command
from genai_ports.errors import ServiceError
from genai_ports.recording.cassette import load_cassette
from genai_ports.recording.provenance import load_provenance
from genai_ports.recording.scenarios import SCENARIOS
from genai_ports.simulator.controls import Controls
from genai_ports.simulator.faults.failing_work import FAILURES
from genai_ports.simulator.faults.fault_registry import FaultRegistry
from genai_ports.simulator.faults.oci_errors import CODES, STATUSES, TEXTS
from genai_ports.simulator.lists.modes import MODES
from genai_ports.simulator.observe.diagnosis import Trouble
from genai_ports.simulator.observe.timeline import Moment
from genai_ports.simulator.rules.limits import LIMIT_NAMES, Limit, Limits
from genai_ports.simulator.rules.policies import Policies
from genai_ports.simulator.rules.refusals import REFUSALS
from genai_ports.simulator.rules.statements import Statement
from genai_ports.simulator.state.journal import Entry, Journal
from genai_ports.wire.routes import path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import ModuleType

    from genai_ports.api.kind import Operation

HERE: Final = Path(__file__).parent
CASSETTES: Final = HERE.parent / "cassettes"
DESCRIPTION: Final = HERE.parent / "genai_ports" / "description.md"
RELATIVE_LINK: Final = re.compile(r"\[([^\]]*)\]\((?!https:)[^)]*\)")
INSTALLATION: Final = """## Install

`pip install 'genai-ports[all]'` installs everything. Without an extra, it installs simulated worlds in memory.
The other extras are `oci`, `server`, `cli`, `recording` and `testing`.

The documentation is in the directory `docs` of the source distribution; start with `docs/tutorial.md`.

Licensed under the Apache License 2.0. Not a product of Oracle's; OCI is Oracle's trademark.
"""
"""The end of the description of the package."""
PAGES: Final = ("architecture.md", "fidelity.md", "reference.md", "../cassettes/README.md")
MARKED: Final = re.compile(r"<!-- generated: (\w+) -->\n.*?<!-- end -->", re.DOTALL)

_MODULES: Final = {kind.snapshot_class.partition(":")[0]: kind for kind in KINDS.values()}
TITLES: Final = {
    "Connecting": (
        "backends.connect",
        "backends.memory",
        "backends.sdk",
        "backends.sdk_values",
        "backends.recorded",
        "client.repository",
        "builders",
    ),
    "Ports": ("client.ports", *(f"client.{module}s" for module in _MODULES), "client.backend", "api.clock"),
    **{f"{kind.title[0].upper()}{kind.title[1:]}s": (f"api.{module}",) for module, kind in _MODULES.items()},
    "Fine-tuning": ("api.fine_tuning",),
    "Responses": ("api.snapshot", "client.pagination", "api.variant"),
    "Enumerations": ("api.enums",),
    "Errors": ("errors", "client.waiter"),
    "Regions": ("regions",),
    "Retries and time": ("client.retry", "simulator.state.clock"),
    "The simulator": ("simulator.simulator", "simulator.settings", "simulator.faults", "simulator.difference"),
}
"""The heading in the reference for the public names of each module of genai_ports."""


def regenerated(page: str) -> str:
    """Return the text of a page with its generated parts made again."""
    text = (HERE / page).read_text(encoding="utf-8")
    return MARKED.sub(lambda part: f"<!-- generated: {part[1]} -->\n\n{PARTS[part[1]]()}\n\n<!-- end -->", text)


def table(*rows: Iterable[object]) -> str:
    """Return rows as a Markdown table; the first row is the head."""
    head, *rest = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rest))


def summary(thing: Any) -> str:
    """Return the first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())


class Spelled(str):
    """An annotation that a signature shows as the source spells it, without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def signature(function: Callable[..., Any]) -> str:
    """Return the arguments and the result of a function, as its source spells them."""
    known = inspect.signature(function)
    given = [
        each.replace(annotation=spelled(each.annotation)) for each in known.parameters.values() if each.name != "self"
    ]
    result = inspect.Signature.empty if function.__name__ == "__init__" else spelled(known.return_annotation)
    return str(known.replace(parameters=given, return_annotation=result))


def spelled(annotation: Any) -> Any:
    """Return an annotation without quotes, and its classes without their package."""
    return Spelled(annotation.replace("api.", "")) if isinstance(annotation, str) else annotation


def entry(name: str, thing: Any) -> str:
    """Return the list item for one public name."""
    if inspect.ismodule(thing):
        return f"- **`{name}`**: see [Builders](#builders)."
    if inspect.isfunction(inspect.unwrap(thing)):
        return f"- **`{name}{signature(thing)}`**: {summary(thing)}"
    if not inspect.isclass(thing):
        return f"- **`{name}`**: {constant_docstring(name, import_module(type(thing).__module__))}"
    below = (*attributes_of(thing), *described_attributes(thing), *methods_of(thing))
    return "\n".join([f"- **`{name}{arguments_of(thing)}`**: {summary(thing)}", *map(indented, below)])


def indented(line: str) -> str:
    """Indent a line below an item."""
    return f"  - {line}"


def constant_docstring(name: str, module: ModuleType) -> str:
    """Return the docstring below the assignment of a constant."""
    body = ast.parse(inspect.getsource(module)).body
    [said] = [
        below.value.value
        for here, below in pairwise(body)
        if isinstance(here, ast.Assign | ast.AnnAssign) and re.match(rf"{name}\b", ast.unparse(here))
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
    ]
    return str(said)


def arguments_of(cls: type) -> str:
    """Return the arguments of the constructor, if neither fields nor a base class define them."""
    own = vars(cls).get("__init__")
    return "" if own is None or issubclass(cls, Value) or getattr(cls, "_is_protocol", False) else signature(own)


def attributes_of(cls: type) -> Iterator[str]:
    """Return the fields of a value (inherited ones by the name of its public base), or the values of an enumeration."""
    if cls.__module__ == enums.__name__:
        yield ", ".join(f"`{value}`" for value in enums.values(cls))
    if hasattr(cls, "_fields"):
        yield f"Has {', '.join(f'`{name}: {kind.__forward_arg__}`' for name, kind in cls.__annotations__.items())}."
    if not issubclass(cls, Value):
        return
    base = cls.__mro__[1]
    known = {field.name for field in fields(base)} if base.__name__ in genai_ports.__all__ else set()
    if known:
        yield f"All of `{base.__name__}`."
    own = [field for field in fields(cls) if field.name not in known]  # type: ignore[arg-type]  # values are dataclasses
    required = [f"`{each.name}: {each.type}`" for each in own if each.default is each.default_factory is MISSING]
    nullable = [f"`{each.name}: {each.type}`" for each in own if each.default is None]
    others = [f"`{each.name}: {each.type} = {default_of(each)!r}`" for each in own if default_of(each) is not None]
    for heading, listed in {"Required": required, "With a default": others, "Default None": nullable}.items():
        if listed:
            yield f"{heading}: {', '.join(listed).replace(' | None`', '`')}."


def default_of(field: Field[Any]) -> Any:
    """Return the default of a field; None if there is none, or if it is None."""
    if field.default_factory is not MISSING:
        return field.default_factory()
    return None if field.default is MISSING else field.default


def described_attributes(cls: type) -> Iterator[str]:
    """Return the attributes that only a docstring describes."""
    _, _, said = (inspect.getdoc(cls) or "").partition("\nAttributes:\n")
    for item in re.split(r"\n    (?! )", "\n" + said.partition("\n\n")[0])[1:]:
        name, _, text = " ".join(item.split()).partition(": ")
        yield f"`.{name}`: {text}"


def methods_of(cls: type) -> Iterator[str]:
    """Return the public methods and properties that a class defines, except the operations: they have a table."""
    for name, member in vars(cls).items():
        if name.startswith("_") or name in OPERATIONS:
            continue
        if isinstance(member, property):
            yield f"`.{name}`: {summary(member)}"
        elif inspect.isfunction(member):
            yield f"`.{name}{signature(member)}`: {summary(member)}"
        elif isinstance(member, classmethod):
            yield f"`.{name}{signature(member.__func__)}`: {summary(member.__func__)}"


def public() -> str:
    """Return every public name of genai_ports, by its module."""
    sections: dict[str, list[str]] = {title: [] for title in TITLES}
    for name in genai_ports.__all__:
        thing = getattr(genai_ports, name)
        home = thing.__name__ if inspect.ismodule(thing) else thing.__module__
        sections[title_of(home)].append(error_entry(thing) if is_service_error(thing) else entry(name, thing))
    return "\n\n".join(f"### {title}\n\n" + "\n".join(entries) for title, entries in sections.items())


def title_of(home: str) -> str:
    """Return the heading for the names of a module, or of its package."""
    [title] = [
        title for title, rooms in TITLES.items() for room in rooms if f"{home}.".startswith(f"genai_ports.{room}.")
    ]
    return title


def is_service_error(thing: Any) -> bool:
    """Return whether a public name is an error of the service."""
    return inspect.isclass(thing) and issubclass(thing, ServiceError) and thing is not ServiceError


def error_entry(cls: type[ServiceError]) -> str:
    """Return the list item for one error of the service: its base and code."""
    return f"- **`{cls.__name__}`** ({cls.__mro__[1].__name__}, code `{cls.default_code}`): {summary(cls)}"


def server() -> str:
    """Return the public names of fake_server."""
    return "\n".join(entry(name, getattr(fake_server, name)) for name in fake_server.__all__)


def building() -> str:
    """Return the builders."""
    return members(builders)


def controls() -> str:
    """Return the controls of a simulator, and the classes of its attributes."""
    reached = (Controls, FaultRegistry, Limits, Limit, Policies, Statement, Journal, Entry, Moment, Trouble)
    return "\n".join(entry(cls.__name__, cls) for cls in reached)


def testing() -> str:
    """Return the public names of the modules of genai_ports.testing."""
    package = genai_ports.testing
    found = [import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__)]
    parts = {each: members(each, brief=True) for each in found}
    public = {name: getattr(package, name) for name in package.__all__}
    in_rooms = [name for name, thing in public.items() if sys.modules[thing.__module__] not in found]
    parts = {package: "\n".join(entry(name, public[name]).partition("\n")[0] for name in in_rooms), **parts}
    return "\n\n".join(f"### `{each.__name__}`\n\n{summary(each)}\n\n{text}" for each, text in parts.items() if text)


def members(module: ModuleType, *, brief: bool = False) -> str:
    """Return the public functions and classes that a module defines; `brief` leaves out the members of classes."""
    own = [
        entry(name, thing)
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__
        if inspect.isclass(thing) or inspect.isfunction(inspect.unwrap(thing))
    ]
    return "\n".join(each.partition("\n")[0] if brief else each for each in own)


def fixtures() -> str:
    """Return the pytest fixtures."""
    body = ast.parse(inspect.getsource(pytest_plugin)).body
    public = [node for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    found = [node for node in public if "pytest.fixture" in map(ast.unparse, node.decorator_list)]
    return "\n".join(f"- **`{node.name}`**: {(ast.get_docstring(node) or '').partition(chr(10))[0]}" for node in found)


def operations() -> str:
    """Return the operations: arguments, method and path, response, work request."""
    rows = [("Operation", "Arguments", "Request", "Response", "Work request")]
    rows += [(f"`{each.name}`", takes(each), wire(each), response(each), work(each)) for each in OPERATIONS.values()]
    return table(*rows)


def takes(operation: Operation) -> str:
    """Return the arguments of an operation that are not shared."""
    if operation.is_list:
        own = ["compartment_id"] if operation.verb is LIST else [f"{operation.kind.name}_id"]
        return code([*own, *operation.filters, "sort_by", "sort_order", "limit", "page"])
    own = [] if operation.verb is CREATE else [f"{operation.kind.name}_id"]
    if operation.details:
        own.append("compartment_id" if operation.verb is CHANGE_COMPARTMENT else operation.details.__name__)
    own += ["if_match"] * ("if-match" in operation.verb.request_headers) + ["retry_token"] * operation.takes_retry_token
    return code(own)


def code(names: Iterable[str]) -> str:
    """Write names as code."""
    return ", ".join(f"`{name}`" for name in names)


def wire(operation: Operation) -> str:
    """Return the method and the path."""
    return f"`{operation.verb.method} {path_of(operation).replace('{target}', '{id}')}`"


def response(operation: Operation) -> str:
    """Return the status and the class of the response."""
    if operation.result is None:
        return f"{operation.status}, `ResponseMetadata`"
    name = operation.result.__name__
    return f"{operation.status}, `Listing[{name}]`" if operation.is_list else f"{operation.status}, `{name}`"


def work(operation: Operation) -> str:
    """Return the operation type of the work request that an operation starts."""
    return f"`{operation.operation_type}`" if operation.operation_type else ""


def arguments() -> str:
    """Return the arguments that operations share, from the docstring of `GenAi`."""
    items = re.findall(r"^    (\w+): (.*(?:\n {8}.*)*)", inspect.getdoc(genai_ports.GenAi) or "", re.MULTILINE)
    return table(("Argument", "Meaning"), *((f"`{name}`", " ".join(text.split())) for name, text in items))


def sorting() -> str:
    """Return the sort keys of each list."""
    rows = [("List", "`sort_by`", "Filters on an enumeration")]
    for each in OPERATIONS.values():
        if each.is_list:
            closed = ", ".join(f"`{camel(name)}`" for name, values in each.filters.items() if values)
            rows.append((f"`{each.name}`", code(each.sort_keys), closed))
    return table(*rows)


def commands() -> str:
    """Return the commands of `genai-ports` and their options."""
    return "\n\n".join(
        f"#### `genai-ports {name}`\n\n{summary}\n\n{options(command)}".rstrip()
        for name, summary, command in all_commands()
    )


def all_commands() -> Iterator[tuple[str, str, click.Command]]:
    """Iterate over the commands and those in groups: name, summary, command."""
    for name, summary in SUMMARIES.items():
        command = load_command(name)
        yield name, summary, command
        if isinstance(command, click.Group):
            for inner, part in command.commands.items():
                yield f"{name} {inner}", part.get_short_help_str(200), part


def options(of: click.Command) -> str:
    """Return the options of one command."""
    given = [each for each in of.params if isinstance(each, click.Option)]
    rows = [(code(each.opts), "required" if each.required else shown_default(each), each.help or "") for each in given]
    return table(("Option", "Default", "What it does"), *rows) if rows else ""


def shown_default(option: click.Option) -> str:
    """Return the default that the help shows for an option; empty for a flag or no default."""
    return f"`{option.default}`" if option.show_default and not option.is_flag else ""


def refusals() -> str:
    """Return the refusals."""
    rows = [("Rule", "Response", "Known from", "Source")]
    for rule in REFUSALS.values():
        response = f"{rule.error.default_status} `{rule.error.default_code}`"
        rows.append((f"`{rule.name}`", response, rule.evidence, rule.source))
    return table(*rows)


def cassettes() -> str:
    """Return where each shipped cassette comes from."""
    rows: list[Iterable[object]] = [("Cassette", "Holds", "Requests", "Source", "Region", "Client", "Recorded")]
    for path in sorted(CASSETTES.rglob("*.yaml")):
        known, count = load_provenance(path), len(load_cassette(path).interactions)
        name = path.relative_to(CASSETTES).as_posix()
        holds = known.note.partition(". ")[0] if known.note else SCENARIOS[known.scenario].summary
        source = f"{known.source}, seed {known.seed}" if known.seed else known.source
        rows.append((f"[`{name}`]({name})", holds, count, source, known.region, known.sdk, known.recorded))
    return table(*rows)


def codes() -> str:
    """Return OCI's error codes, with status and usual text."""
    rows = [("Code", "Status", "Text")]
    for name, status in sorted(STATUSES.items(), key=lambda item: item[1]):
        usual = ", its usual code" if CODES[status] == name else ""
        rows.append((f"`{name}`", f"{status}{usual}", TEXTS.get(name, "")))
    return table(*rows)


def failures() -> str:
    """Return the named failures."""
    rows = [("Failure", "Applies to", "Gets to", "Code", "Message", "Known", "From")]
    for each in FAILURES.values():
        failure = each.failure
        but = f", but not from `{each.not_from}`" if each.not_from else ""
        facts = (code(each.operations) + but, f"{failure.percent:g} %", f"`{failure.code}`", failure.message)
        rows.append((f"`{each.name}`", *facts, each.evidence, each.source))
    return table(*rows)


def modes() -> str:
    """List the modes."""
    rows = [("Mode", "What it does", "Number", "Known", "From")]
    for each in MODES.values():
        number = f"{each.number}; default: {each.default}" if each.number else ""
        rows.append((f"`{each.name}`", each.text, number, each.evidence, each.source))
    return table(*rows)


def limit_names() -> str:
    """Return the names of the limits."""
    return f"Limits: {code(LIMIT_NAMES)}."


def rooms() -> str:
    """Return every module of the two packages with the first line of its docstring."""
    lines = [line for package in ("genai_ports", "fake_server") for line in room(HERE.parent / package, 0)]
    return "\n".join(["```text", *lines, "```"])


def room(directory: Path, depth: int) -> Iterator[str]:
    """Return the lines of a package: itself, its modules, its packages."""
    yield line_of(f"{directory.name}/", directory / "__init__.py", depth)
    for module in sorted(directory.glob("*.py")):
        if module.name != "__init__.py":
            yield line_of(module.name, module, depth + 1)
    for package in sorted(directory.glob("*/__init__.py")):
        yield from room(package.parent, depth + 1)


def line_of(name: str, module: Path, depth: int) -> str:
    """Return the line of one module."""
    said = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return f"{'  ' * depth + name:<29} {said.partition(chr(10))[0]}"


def recorded() -> str:
    """Return the base models with recorded OCIDs, and their regions."""
    data = Path(inspect.getfile(genai_ports)).parent / "simulator" / "catalogue_data" / "base_models.json"
    models = json.loads(data.read_text(encoding="utf-8"))["models"]
    rows = [("Base model", "Regions in which its OCID is recorded")]
    for each in models:
        regions = sorted(region for region, known in each["recorded"].items() if any("id" in one for one in known))
        if regions:
            rows.append((f"`{each['displayName']}`", ", ".join(regions)))
    return table(*rows)


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "public": public,
    "operations": operations,
    "arguments": arguments,
    "sorting": sorting,
    "builders": building,
    "testing": testing,
    "fixtures": fixtures,
    "server": server,
    "controls": controls,
    "commands": commands,
    "refusals": refusals,
    "cassettes": cassettes,
    "codes": codes,
    "failures": failures,
    "modes": modes,
    "limits": limit_names,
    "recorded": recorded,
    "rooms": rooms,
}


def description() -> str:
    """Return the first part of the README for a package index, where links into the repository lead nowhere."""
    first = (HERE.parent / "README.md").read_text(encoding="utf-8").partition("## Try it\n")[0]
    return RELATIVE_LINK.sub(r"\1", first) + INSTALLATION


def main() -> None:
    """Update every page."""
    DESCRIPTION.write_text(description(), encoding="utf-8")
    for page in PAGES:
        (HERE / page).write_text(regenerated(page), encoding="utf-8")


if __name__ == "__main__":
    main()
