"""Create mutants of a module: one operator, number or sign changed each."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

SOURCES = Path(__file__).resolve().parents[2] / "helpers"
OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
FLIPPED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
NUDGE = 1.02


class Mutant(NamedTuple):
    """A mutated module: its place, its change, and its syntax tree."""

    module: str
    function: str
    change: str
    tree: ast.Module


@dataclass(frozen=True)
class Site:
    """A place in the code that can be mutated, and how."""

    index: int
    function: str
    before: ast.AST
    make: Callable[[ast.AST], None]

    @property
    def change(self) -> str:
        """Description of the mutation: code before and after."""
        after = copy.deepcopy(self.before)
        self.make(after)
        return f"{_text(self.before)}  →  {_text(after)}"


def changes(module: str) -> list[tuple[str, str]]:
    """List function and description of each possible mutation."""
    return [(site.function, site.change) for site in _sites(ast.parse(_source(module)))]


def mutants(module: str) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    source = _source(module)
    for site in _sites(ast.parse(source)):
        changed = ast.parse(source)  # faster than a deep copy
        site.make(next(islice(ast.walk(changed), site.index, None)))
        yield Mutant(module, site.function, site.change, changed)


def _source(module: str) -> str:
    return (SOURCES / module).read_text("utf-8")


def _text(node: ast.AST) -> str:
    return ast.unparse(node.test if isinstance(node, ast.If) else node)


def _sites(tree: ast.Module) -> Iterator[Site]:
    owners = _owners(tree)
    for index, node in enumerate(ast.walk(tree)):
        if node in owners.skipped:
            continue
        for make in _changes(node):
            yield Site(index, owners.of.get(node, ""), node, make)


class _Owners:
    """Maps syntax nodes to functions; finds nodes without effect."""

    def __init__(self) -> None:
        self.of: dict[ast.AST, str] = {}
        self.skipped: set[ast.AST] = set()

    def visit(self, node: ast.AST, name: str) -> None:
        """Record which function contains a node and its descendants."""
        inside = isinstance(node, ast.FunctionDef | ast.ClassDef)
        name = f"{name}.{node.name}".strip(".") if inside else name
        self.of[node] = name
        if _describes(node):
            self.skipped |= set(ast.walk(node))
        for field, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    if field in {"annotation", "returns", "decorator_list"}:
                        self.skipped |= set(ast.walk(child))
                    self.visit(child, name)


def _describes(node: ast.AST) -> bool:
    """Return whether a syntax node has no effect, such as a docstring."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    named = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    return named and node.targets[0].id in {"__all__", "__slots__"}


def _owners(tree: ast.Module) -> _Owners:
    owners = _Owners()
    owners.visit(tree, "")
    return owners


def _changes(node: ast.AST) -> list[Callable[[ast.AST], None]]:  # noqa: PLR0911 - one a kind of node
    """Return the functions that mutate a syntax node in place."""
    match node:
        case ast.Compare():
            return [
                _swapped_comparison(at, table[type(op)])
                for at, op in enumerate(node.ops)
                for table in (OTHER, FLIPPED)
                if type(op) in table
            ]
        case ast.BoolOp() | ast.BinOp() if type(node.op) in OTHER:
            return [_swapped_operator(OTHER[type(node.op)])]
        case ast.If() | ast.IfExp():
            return [_negated]
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub()):
            return [_unsigned]
        case ast.Constant(value=bool()):
            return [_inverted]
        case ast.Constant(value=int() | float()):
            return [_shifted(1), _shifted(-1)]
        case ast.Return(value=ast.Tuple(elts=elements)):
            return [_without(at) for at in range(len(elements))]
    return []


def _swapped_comparison(at: int, op: type[ast.cmpop]) -> Callable[[ast.AST], None]:
    def make(node: ast.AST) -> None:
        node.ops[at] = op()

    return make


def _swapped_operator(op: type[ast.AST]) -> Callable[[ast.AST], None]:
    def make(node: ast.AST) -> None:
        node.op = op()

    return make


def _negated(node: ast.AST) -> None:
    node.test = ast.fix_missing_locations(
        ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
    )


def _unsigned(node: ast.AST) -> None:
    """Mutate a minus sign or `not` in place, so that it has no effect."""
    if isinstance(node.op, ast.USub):
        node.op = ast.UAdd()
    else:
        again = ast.UnaryOp(node.op, node.operand)
        node.operand = ast.fix_missing_locations(ast.copy_location(again, node))


def _shifted(by: int) -> Callable[[ast.AST], None]:
    """Return a mutation that shifts a number in the code."""

    def make(node: ast.AST) -> None:
        whole = isinstance(node.value, int) or node.value == 0
        node.value = node.value + by if whole else node.value * NUDGE**by

    return make


def _inverted(node: ast.AST) -> None:
    node.value = not node.value


def _without(at: int) -> Callable[[ast.AST], None]:
    """Return a mutation that drops an element of a returned tuple."""

    def make(node: ast.AST) -> None:
        del node.value.elts[at]

    return make
