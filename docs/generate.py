"""Write the parts of the documentation that the code itself can tell: `python docs/generate.py`.

Such a part stands between `<!-- generated: NAME -->` and `<!-- end -->`; tests/test_docs.py checks that it is fresh.
"""
# ruff: noqa: INP001  # a script, no package

from __future__ import annotations

import ast
import inspect
import json
import pkgutil
import re
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
from genai_ports.cli.commands import commands as group
from genai_ports.errors import ServiceError
from genai_ports.simulator.controls import Controls
from genai_ports.simulator.faults.failing_work import FAILURES
from genai_ports.simulator.faults.fault_registry import FaultRegistry
from genai_ports.simulator.faults.oci_errors import CODES, STATUSES, TEXTS
from genai_ports.simulator.lists.modes import MODES
from genai_ports.simulator.observe.diagnosis import Trouble
from genai_ports.simulator.observe.timeline import Moment
from genai_ports.simulator.rules.limits import LIMIT_NAMES, Limit, Limits
from genai_ports.simulator.rules.policies import Policies, Statement
from genai_ports.simulator.rules.refusals import REFUSALS
from genai_ports.simulator.state.journal import Entry, Journal
from genai_ports.wire.routes import path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import ModuleType

    from genai_ports.api.kind import Operation

HERE: Final = Path(__file__).parent
PAGES: Final = ("architecture.md", "fidelity.md", "reference.md")
MARKED: Final = re.compile(r"<!-- generated: (\w+) -->\n.*?<!-- end -->", re.DOTALL)

_MODULES: Final = {kind.snapshot_class.partition(":")[0]: kind for kind in KINDS.values()}
TITLES: Final = {
    "Connecting": ("backends.connect", "backends.memory", "backends.sdk", "client.repository", "builders"),
    "Ports": ("client.ports", *(f"client.{module}s" for module in _MODULES), "client.backend", "api.clock"),
    **{f"{kind.title[0].upper()}{kind.title[1:]}s": (f"api.{module}",) for module, kind in _MODULES.items()},
    "Fine-tuning": ("api.fine_tuning",),
    "Answers": ("api.snapshot", "client.pagination", "api.variant"),
    "Enumerations": ("api.enums",),
    "Errors": ("errors", "client.waiter"),
    "Regions": ("regions",),
    "Retries and time": ("client.retry", "simulator.state.clock"),
    "The simulator": ("simulator.simulator", "simulator.settings", "simulator.faults"),
}
"""Where in the reference the public names of each module of genai_ports stand."""


def regenerated(page: str) -> str:
    """Give the text of a page with its generated parts as the code tells them now."""
    text = (HERE / page).read_text(encoding="utf-8")
    return MARKED.sub(lambda part: f"<!-- generated: {part[1]} -->\n\n{PARTS[part[1]]()}\n\n<!-- end -->", text)


def table(*rows: Iterable[object]) -> str:
    """Lay out rows as a table, the first of them as its head."""
    head, *rest = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rest))


def told(thing: Any) -> str:
    """Give the first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())


class Spelled(str):
    """An annotation that a signature shows as the source spells it, without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def signature(function: Callable[..., Any]) -> str:
    """Give the arguments and the result of a function, as its source spells them."""
    known = inspect.signature(function)
    given = [
        each.replace(annotation=spelled(each.annotation)) for each in known.parameters.values() if each.name != "self"
    ]
    result = inspect.Signature.empty if function.__name__ == "__init__" else spelled(known.return_annotation)
    return str(known.replace(parameters=given, return_annotation=result))


def spelled(annotation: Any) -> Any:
    """Take the quotes off an annotation, and the package off its classes."""
    return Spelled(annotation.replace("api.", "")) if isinstance(annotation, str) else annotation


def entry(name: str, thing: Any) -> str:
    """Tell of one public name, in a list's item."""
    if inspect.ismodule(thing):
        return f"- **`{name}`**: see [Builders](#builders)."
    if inspect.isfunction(inspect.unwrap(thing)):
        return f"- **`{name}{signature(thing)}`**: {told(thing)}"
    if not inspect.isclass(thing):
        return f"- **`{name}`**: {said_below(name, import_module(type(thing).__module__))}"
    below = (*attributes_of(thing), *said_attributes(thing), *methods_of(thing))
    return "\n".join([f"- **`{name}{arguments_of(thing)}`**: {told(thing)}", *map(indented, below)])


def indented(line: str) -> str:
    """Put a line below an item."""
    return f"  - {line}"


def said_below(name: str, module: ModuleType) -> str:
    """Find the string below the assignment of a constant."""
    body = ast.parse(inspect.getsource(module)).body
    [said] = [
        below.value.value
        for here, below in pairwise(body)
        if isinstance(here, ast.Assign | ast.AnnAssign) and re.match(rf"{name}\b", ast.unparse(here))
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
    ]
    return str(said)


def arguments_of(cls: type) -> str:
    """Give the arguments that make an instance, where neither fields nor a base class tell them."""
    own = vars(cls).get("__init__")
    return "" if own is None or issubclass(cls, Value) or getattr(cls, "_is_protocol", False) else signature(own)


def attributes_of(cls: type) -> Iterator[str]:
    """Tell the fields of a value, those of its public base by the base's name, and the values of an enumeration."""
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
    for heading, listed in {"Required": required, "With a default": others, "None unless given": nullable}.items():
        if listed:
            yield f"{heading}: {', '.join(listed).replace(' | None`', '`')}."


def default_of(field: Field[Any]) -> Any:
    """Give the default of a field; None where there is none, or where it is that."""
    if field.default_factory is not MISSING:
        return field.default_factory()
    return None if field.default is MISSING else field.default


def said_attributes(cls: type) -> Iterator[str]:
    """Tell the attributes that only a docstring tells."""
    _, _, said = (inspect.getdoc(cls) or "").partition("\nAttributes:\n")
    for item in re.split(r"\n    (?! )", "\n" + said.partition("\n\n")[0])[1:]:
        name, _, text = " ".join(item.split()).partition(": ")
        yield f"`.{name}`: {text}"


def methods_of(cls: type) -> Iterator[str]:
    """Tell the public methods and properties that a class has of its own, but for the operations: they have a table."""
    for name, member in vars(cls).items():
        if name.startswith("_") or name in OPERATIONS:
            continue
        if isinstance(member, property):
            yield f"`.{name}`: {told(member)}"
        elif inspect.isfunction(member):
            yield f"`.{name}{signature(member)}`: {told(member)}"
        elif isinstance(member, classmethod):
            yield f"`.{name}{signature(member.__func__)}`: {told(member.__func__)}"


def public() -> str:
    """Tell every public name of genai_ports, by the module it lives in."""
    sections: dict[str, list[str]] = {title: [] for title in TITLES}
    for name in genai_ports.__all__:
        thing = getattr(genai_ports, name)
        home = thing.__name__ if inspect.ismodule(thing) else thing.__module__
        sections[title_of(home)].append(error_entry(thing) if is_service_error(thing) else entry(name, thing))
    return "\n\n".join(f"### {title}\n\n" + "\n".join(entries) for title, entries in sections.items())


def title_of(home: str) -> str:
    """Find the title under which the names of a module stand, or of a package that it is in."""
    [title] = [
        title for title, rooms in TITLES.items() for room in rooms if f"{home}.".startswith(f"genai_ports.{room}.")
    ]
    return title


def is_service_error(thing: Any) -> bool:
    """Whether a public name is an error that a service answers."""
    return inspect.isclass(thing) and issubclass(thing, ServiceError) and thing is not ServiceError


def error_entry(cls: type[ServiceError]) -> str:
    """Tell of one error of the service's: its base, status and code."""
    return f"- **`{cls.__name__}`** ({cls.__mro__[1].__name__}, code `{cls.default_code}`): {told(cls)}"


def server() -> str:
    """Tell the public names of fake_server."""
    return "\n".join(entry(name, getattr(fake_server, name)) for name in fake_server.__all__)


def building() -> str:
    """Tell the builders."""
    return members(builders)


def controls() -> str:
    """Tell what a simulator can be made to do, and what is reached through it."""
    reached = (Controls, FaultRegistry, Limits, Limit, Policies, Statement, Journal, Entry, Moment, Trouble)
    return "\n".join(entry(cls.__name__, cls) for cls in reached)


def testing() -> str:
    """Tell what the modules of genai_ports.testing offer."""
    package = genai_ports.testing
    found = [import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__)]
    return "\n\n".join(
        f"### `{each.__name__}`\n\n{told(each)}\n\n{members(each, brief=True)}".rstrip() for each in found
    )


def members(module: ModuleType, *, brief: bool = False) -> str:
    """Tell the public functions and classes that a module defines; briefly without what is in the classes."""
    own = [
        entry(name, thing)
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__
        if inspect.isclass(thing) or inspect.isfunction(inspect.unwrap(thing))
    ]
    return "\n".join(each.partition("\n")[0] if brief else each for each in own)


def fixtures() -> str:
    """Tell the pytest fixtures."""
    body = ast.parse(inspect.getsource(pytest_plugin)).body
    public = [node for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    found = [node for node in public if "pytest.fixture" in map(ast.unparse, node.decorator_list)]
    return "\n".join(f"- **`{node.name}`**: {(ast.get_docstring(node) or '').partition(chr(10))[0]}" for node in found)


def operations() -> str:
    """Tell the operations: what they take, where they are on the wire, what they answer."""
    rows = [("Operation", "Takes", "On the wire", "Answers", "Work request")]
    rows += [(f"`{each.name}`", takes(each), wire(each), answers(each), work(each)) for each in OPERATIONS.values()]
    return table(*rows)


def takes(operation: Operation) -> str:
    """Tell an operation's own arguments."""
    if operation.is_list:
        own = ["compartment_id"] if operation.verb is LIST else [f"{operation.kind.name}_id"]
        return code([*own, *operation.filters, "sort_by", "sort_order", "limit", "page"])
    own = [] if operation.verb is CREATE else [f"{operation.kind.name}_id"]
    if operation.details:
        own.append("compartment_id" if operation.verb is CHANGE_COMPARTMENT else operation.details.__name__)
    own += ["if_match"] * operation.takes_if_match + ["retry_token"] * operation.takes_retry_token
    return code(own)


def code(names: Iterable[str]) -> str:
    """Write names as code."""
    return ", ".join(f"`{name}`" for name in names)


def wire(operation: Operation) -> str:
    """Tell the method and the path."""
    return f"`{operation.verb.method} {path_of(operation).replace('{target}', '{id}')}`"


def answers(operation: Operation) -> str:
    """Tell the status and what comes back."""
    if operation.result is None:
        return f"{operation.status}, `ResponseMetadata`"
    name = operation.result.__name__
    return f"{operation.status}, `Listing[{name}]`" if operation.is_list else f"{operation.status}, `{name}`"


def work(operation: Operation) -> str:
    """Tell the work request that an operation starts."""
    return f"`{operation.operation_type}`" if operation.operation_type else ""


def arguments() -> str:
    """Return the arguments that operations share, from the docstring of `GenAi`."""
    items = re.findall(r"^    (\w+): (.*(?:\n {8}.*)*)", inspect.getdoc(genai_ports.GenAi) or "", re.MULTILINE)
    return table(("Argument", "Meaning"), *((f"`{name}`", " ".join(text.split())) for name, text in items))


def sorting() -> str:
    """Tell what each list sorts by."""
    rows = [("List", "`sort_by`", "Filters on an enumeration")]
    for each in OPERATIONS.values():
        if each.is_list:
            closed = ", ".join(f"`{camel(name)}`" for name, values in each.filters.items() if values)
            rows.append((f"`{each.name}`", code(each.sort_keys), closed))
    return table(*rows)


def commands() -> str:
    """Tell the commands of `genai-ports` and their options."""
    return "\n\n".join(
        f"#### `genai-ports {name}`\n\n{told(each.callback)}\n\n{options(each)}".rstrip()
        for name, each in sorted(group.commands.items())
    )


def options(of: click.Command) -> str:
    """Tell the options of one command."""
    given = [each for each in of.params if isinstance(each, click.Option)]
    rows = [(code(each.opts), "required" if each.required else shown_default(each), each.help or "") for each in given]
    return table(("Option", "Default", "What it does"), *rows) if rows else ""


def shown_default(option: click.Option) -> str:
    """Write the default of an option; nothing where it is to be left out."""
    return "" if option.is_flag or option.default in (None, []) else f"`{option.default}`"


def refusals() -> str:
    """Tell the rules that say no."""
    rows = [("Rule", "Answer", "Known from", "Source")]
    for rule in REFUSALS.values():
        answer = f"{rule.error.default_status} `{rule.error.default_code}`"
        rows.append((f"`{rule.name}`", answer, rule.evidence, rule.source))
    return table(*rows)


def codes() -> str:
    """Tell OCI's error codes, with status and usual text."""
    rows = [("Code", "Status", "Text")]
    for name, status in STATUSES.items():
        usual = ", its usual one" if CODES[status] == name else ""
        rows.append((f"`{name}`", f"{status}{usual}", TEXTS.get(name, "")))
    return table(*rows)


def failures() -> str:
    """Tell the failures that have names."""
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
    """Tell the limits that can be set."""
    return f"Limits: {code(LIMIT_NAMES)}."


def rooms() -> str:
    """Tell every module of the two packages by the first line of its docstring."""
    lines = [line for package in ("genai_ports", "fake_server") for line in room(HERE.parent / package, 0)]
    return "\n".join(["```text", *lines, "```"])


def room(directory: Path, depth: int) -> Iterator[str]:
    """Tell a package, then its modules, then the packages in it."""
    yield shelf(f"{directory.name}/", directory / "__init__.py", depth)
    for module in sorted(directory.glob("*.py")):
        if module.name != "__init__.py":
            yield shelf(module.name, module, depth + 1)
    for package in sorted(directory.glob("*/__init__.py")):
        yield from room(package.parent, depth + 1)


def shelf(name: str, module: Path, depth: int) -> str:
    """Tell one module, on a line of the tree."""
    said = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return f"{'  ' * depth + name:<29} {said.partition(chr(10))[0]}"


def recorded() -> str:
    """Tell which base models have OCIDs that were recorded, and in which regions."""
    data = Path(inspect.getfile(genai_ports)).parent / "simulator" / "catalogue_data" / "base_models.json"
    models = json.loads(data.read_text(encoding="utf-8"))["models"]
    rows = [("Base model", "Regions in which its OCID is recorded")]
    rows += [(f"`{each['displayName']}`", ", ".join(sorted(each["recorded"]))) for each in models if each["recorded"]]
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
    "codes": codes,
    "failures": failures,
    "modes": modes,
    "limits": limit_names,
    "recorded": recorded,
    "rooms": rooms,
}


def main() -> None:
    """Bring every page up to date."""
    for page in PAGES:
        (HERE / page).write_text(regenerated(page), encoding="utf-8")


if __name__ == "__main__":
    main()
