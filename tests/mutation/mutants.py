"""Mutants: one small change of the source each, which some test should notice."""

from __future__ import annotations

import ast
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OPERATORS: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_SKIPPED_FIELDS: Final = frozenset({"annotation", "returns", "decorator_list", "type_params", "bases"})
"""Types change nothing at run time; decorators hold sizes of caches."""
_Names: TypeAlias = tuple[str, ...] | None
"""What a statement binds when the module is imported; None inside a function."""
_REMOVABLE: Final = (ast.Expr, ast.AugAssign, ast.Raise, ast.Delete)


@dataclass(frozen=True)
class Mutant:
    """A change of one file.

    Args:
        file: its path below the root of the project.
        line: the first changed line, from 1.
        start: the place of the change in the bytes of the file.
        end: where the changed bytes end.
        before: the source that is replaced.
        after: what replaces it.
        names: of what is set when the module is imported: a constant, or a function with this default.
    """

    file: str
    line: int
    start: int
    end: int
    before: str
    after: str
    names: tuple[str, ...] = ()

    def apply(self, source: bytes) -> bytes:
        """Return the source of the file with the change."""
        return source[: self.start] + self.after.encode() + source[self.end :]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {_in_one_line(self.before)}  ->  {_in_one_line(self.after)}"


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def mutants_of(root: Path, file: str) -> list[Mutant]:
    """List all mutants of a file."""
    source = (root / file).read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node, after, names in _changes(ast.parse(source), ()):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        before = source[start:end].decode()
        if ast.unparse(node) != after:
            found.append(Mutant(file, node.lineno, start, end, before, after, names or ()))
    return found


def _changes(node: ast.AST, names: _Names) -> Iterator[tuple[Any, str, _Names]]:
    """Walk over the code that runs; yield a node, what replaces it, and the names that its statement binds."""
    if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom) or _is_for_types(node):
        return
    for after in _replacements(node):
        yield node, after, names
    if isinstance(node, ast.If | ast.While) and not isinstance(node.test, ast.Compare | ast.UnaryOp | ast.Constant):
        yield node.test, f"(not {ast.unparse(node.test)})", names
    for field, part in ast.iter_fields(node):
        if field in _SKIPPED_FIELDS:
            continue
        for child in part if isinstance(part, list) else [part]:
            if isinstance(child, ast.arguments):  # defaults: they are read when the function is called
                yield from _changes(child, (getattr(node, "name", ""),))
            elif isinstance(child, ast.AST):
                yield from _changes(child, _bound(child, names))


def _bound(node: ast.AST, names: _Names) -> _Names:
    if names is None or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    if isinstance(node, ast.ClassDef):
        return (node.name,)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return (*names, *(name.id for each in targets for name in ast.walk(each) if isinstance(name, ast.Name)))
    return names


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _replacements(node: ast.AST) -> Iterator[str]:
    return _changed_expressions(node) if isinstance(node, ast.expr) else _changed_statements(node)


def _changed_expressions(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Compare(ops=ops):
            for n, operator in enumerate(ops):
                compared: Any = deepcopy(node)
                compared.ops[n] = _OPERATORS[type(operator)]()
                yield f"({ast.unparse(compared)})"
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in _OPERATORS:
            changed: Any = deepcopy(node)
            changed.op = _OPERATORS[type(op)]()
            yield f"({ast.unparse(changed)})"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield f"({ast.unparse(operand)})"
        case ast.Constant(value=bool(value)):
            yield str(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield from (f"({value + 1})", f"({value - 1})")
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield f"({ast.unparse(orelse)} if {ast.unparse(test)} else {ast.unparse(body)})"


def _changed_statements(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield "return None"
        case ast.Break():
            yield "continue"
        case ast.Continue():
            yield "break"
        case ast.Expr(value=ast.Constant() | ast.Yield() | ast.YieldFrom()):
            return
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "pass"
        case _ if isinstance(node, _REMOVABLE):
            yield "pass"


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
