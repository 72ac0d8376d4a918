"""The operations in the source of the SDK's client. Its methods are generated, and each lists what it sends."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.value import Value, value
from genai_ports.drift.description import Part, Place, argument, keyword

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from genai_ports.drift.description import Description

_SENT: Final = {
    "path_params": Part.PATH_PARAMETER,
    "query_params": Part.QUERY_PARAMETER,
    "header_params": Part.REQUEST_HEADER,
}
"""The dicts that a method fills with what it sends, and what they hold."""

_OF_THE_SDK: Final = frozenset({"allow_control_chars", "enable_strict_url_encoding", "retry_strategy"})
"""Options that change how the SDK sends; they are not sent."""

_TYPES: Final = re.compile(r":param (.+?) (\w+): \(")
_MODELS: Final = "oci.generative_ai.models."
_HEADERS: Final = re.compile(r"\bopc-[a-z-]+")
_ALLOWED: Final = "_allowed_values"
_LIST_WRITER: Final = "generate_collection_format_param"
"""What the SDK's methods call with a list and its collection format, such as `multi` for a parameter of each value."""


@value
class Method(Value):
    """One method of the client, read from its source.

    Args:
        name: of the method, which is the operation's.
        arguments: its positional parameters.
        types: the types of its parameters in its docstring.
        headers: the headers that its docstring names.
        assigned: the first value of each name in it.
        passed: the keyword arguments of the calls in it, that of `call_api` among them.
        lists: its lists, each with the collection format in which it is sent.
    """

    name: str
    arguments: tuple[str, ...]
    types: Mapping[str, str]
    headers: frozenset[str]
    assigned: Mapping[str, ast.expr]
    passed: Mapping[str, ast.expr]
    lists: tuple[tuple[ast.expr, ...], ...]

    @property
    def options(self) -> tuple[str, ...]:
        """The names of its keyword parameters."""
        return tuple(self.literal("expected_kwargs"))

    def literal(self, name: str) -> Any:
        """Return the literal that is assigned to a name; empty text if the method does not have the name."""
        return ast.literal_eval(self.assigned[name]) if name in self.assigned else ""

    def sent(self, name: str) -> Mapping[str, str]:
        """Map the keys of one of its dicts, in Oracle's spelling, to the parameters that the values come from."""
        assigned = self.assigned.get(name)
        if not isinstance(assigned, ast.Dict):
            return {}
        pairs = zip(assigned.keys, assigned.values, strict=True)
        return {
            str(key.value): parameter
            for key, each in pairs
            if isinstance(key, ast.Constant) and (parameter := self._parameter(each))
        }

    def _parameter(self, node: ast.expr) -> str | None:
        """Find the parameter that a value is made from; None for a constant."""
        known = {*self.arguments, *self.options}
        inside = (each for each in ast.walk(node) if not isinstance(node, ast.Constant))
        named = (each.id if isinstance(each, ast.Name) else getattr(each, "value", None) for each in inside)
        return next((name for name in named if isinstance(name, str) and name in known), None)

    def form(self, parameter: str) -> str:
        """Return the type of a parameter, for a list with its collection format, and how the method takes it."""
        annotation = ", ".join((self.types.get(parameter, ""), *self._formats(parameter)))
        if parameter in self.arguments:
            return argument(annotation, self.arguments.index(parameter) + 1)
        return keyword(annotation, parameter)

    def _formats(self, parameter: str) -> tuple[str, ...]:
        of_it = (formats for sent, *formats in self.lists if self._parameter(sent) == parameter)
        return tuple(ast.literal_eval(each) for formats in of_it for each in formats)


def describe_client(source: str) -> Description:
    """Describe the operations of a client of the SDK, from the source of its class.

    These are the methods and paths, parameters, headers, bodies and responses, and the values that a method checks.
    """
    tree = ast.parse(source)
    base = _base_path(tree)
    methods = [_method(node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    operations = [method for method in methods if "resource_path" in method.assigned]
    return {place: form for method in operations for place, form in _places(method, base)}


def _base_path(tree: ast.AST) -> str:
    """Find the beginning of every path: the version of the API."""
    dicts = (node for node in ast.walk(tree) if isinstance(node, ast.Dict))
    pairs = (pair for each in dicts for pair in zip(each.keys, each.values, strict=True))
    found = (path for key, path in pairs if isinstance(key, ast.Constant) and key.value == "base_path")
    return str(ast.literal_eval(next(found)))


def _method(node: ast.FunctionDef) -> Method:
    doc = ast.get_docstring(node) or ""
    inside = list(ast.walk(node))
    assignments = [(each.targets[0], each.value) for each in inside if isinstance(each, ast.Assign)]
    return Method(
        name=node.name,
        arguments=tuple(each.arg for each in node.args.args[1:]),
        types={name: annotation.replace(_MODELS, "") for annotation, name in _TYPES.findall(doc)},
        headers=frozenset(_HEADERS.findall(doc)),
        assigned={to.id: expression for to, expression in reversed(assignments) if isinstance(to, ast.Name)},
        passed={each.arg: each.value for each in inside if isinstance(each, ast.keyword) and each.arg},
        lists=tuple(tuple(each.args) for each in inside if isinstance(each, ast.Call) and _writes_list(each)),
    )


def _writes_list(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == _LIST_WRITER


def _places(method: Method, base: str) -> Iterator[tuple[Place, str]]:
    path = base + method.literal("resource_path")
    yield Place(Part.OPERATION, (method.name,)), f"{method.literal('method')} {path}"
    spelled = {}
    for name, kind in _SENT.items():
        for wire, parameter in method.sent(name).items():
            spelled[parameter] = wire
            yield Place(kind, (method.name, wire)), method.form(parameter)
    for option in set(method.options) - spelled.keys() - _OF_THE_SDK:
        yield Place(Part.OPTION, (method.name, option)), method.form(option)
    for parameter, allowed in _checked(method):
        for each in allowed:
            yield Place(Part.VALUE, (method.name, spelled.get(parameter, parameter), each)), ""
    yield from _bodies(method)
    for header in method.headers - set(spelled.values()):
        yield Place(Part.RESPONSE_HEADER, (method.name, header)), ""


def _checked(method: Method) -> Iterator[tuple[str, list[str]]]:
    """Pair the parameters that a method checks with the values that it allows."""
    for name in method.assigned:
        if name.endswith(_ALLOWED):
            yield name.removesuffix(_ALLOWED), method.literal(name)


def _bodies(method: Method) -> Iterator[tuple[Place, str]]:
    body, response = method.passed.get("body"), method.passed.get("response_type")
    if isinstance(body, ast.Name):
        yield Place(Part.BODY, (method.name, Part.BODY)), method.form(body.id)
    if response is not None:
        yield Place(Part.RESPONSE, (method.name, Part.RESPONSE)), ast.literal_eval(response)
