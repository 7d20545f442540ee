"""The mutants of one solution."""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starter.kit import course
from starter.kit.registry import Exercise

OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add, ast.Pow),
    ast.Div: (ast.Mult, ast.FloorDiv, ast.Sub),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Pow: (ast.Mult, ast.Div),
    ast.MatMult: (ast.Mult,),
}
COMPARISONS = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
# Names that stand for something else of the same kind.
OTHERS = {
    "mean": ("sum", "median", "max", "std"),
    "sum": ("mean", "max", "prod"),
    "max": ("min", "mean", "sum"),
    "min": ("max",),
    "abs": ("square", "sqrt"),
    "sqrt": ("square",),
    "square": ("abs",),
    "sin": ("cos", "tan"),
    "cos": ("sin",),
    "arccos": ("arcsin",),
    "norm": ("sum", "mean", "std"),
    "log": ("log2", "log10", "log1p", "exp"),
    "rand": ("randn", "ones", "zeros"),
    "randn": ("rand", "ones", "zeros"),
    "zeros": ("ones",),
    "clamp": ("clip_",),
    "clamp_": ("clamp",),
    "ReLU": ("LeakyReLU", "Sigmoid", "Identity"),
    "LeakyReLU": ("Dropout", "Softshrink"),
    "Tanh": ("Sigmoid", "Identity", "Hardtanh", "ReLU", "Softsign"),
    "BatchNorm1d": ("LayerNorm", "InstanceNorm1d"),
    "BatchNorm2d": ("InstanceNorm2d",),
    "Adam": ("SGD", "RMSprop", "Adagrad", "AdamW"),
    "sort": ("argsort",),
    "values": ("indices",),
    "indices": ("values",),
    "trace": ("sum", "det"),
    "eigvals": ("svdvals",),
    "real": ("imag",),
    "detach": ("clone",),
    "flatten": ("squeeze",),
    "no_grad": ("enable_grad",),
    "cov": ("corrcoef",),
    "dot": ("mul",),
    "diff": ("cumsum",),
    "critic_loss": ("wasserstein_estimate",),
    "wasserstein_estimate": ("critic_loss",),
}
ENDINGS = (".detach()", ".relu()", ".abs()", ".tanh()", ".clamp(-1, 1)", ".double()")
LINES = ("torch.manual_seed(0)", "torch.set_grad_enabled(False)", "torch.set_default_dtype(torch.float64)")
SIMPLE = (ast.Assign, ast.Expr, ast.Return, ast.With, ast.For)
NETWORKS = {"critic", "generator"}


@dataclass(frozen=True)
class Mutant:
    """A solution with one small fault.

    Attributes:
        exercise: whose solution.
        change: what was changed, "old -> new", with a number after it where the same
            text stands more than once.
        definition: the whole function or class.
    """

    exercise: Exercise
    change: str
    definition: ast.stmt


def mutants(exercise: Exercise) -> list[Mutant]:
    """All mutants of an exercise, in the order of its lines."""
    text = (course.REFERENCE / f"{exercise.module}.py").read_text(encoding="utf-8")
    definition = next(node for node in ast.parse(text).body if getattr(node, "name", "") == exercise.definition)
    places = [
        (index, node) for index, node in enumerate(ast.walk(definition)) if _in_a_solution(node, text.splitlines())
    ]
    names = _names(definition)
    found: list[Mutant] = []
    counts: Counter[str] = Counter()
    for index, node in places:
        for new in (*_variants(node, names), *_insertions(node, definition, index == places[0][0])):
            mutant = copy.deepcopy(definition)
            target = next(twin for place, twin in enumerate(ast.walk(mutant)) if place == index)
            new, change = new if isinstance(new, tuple) else (new, f"{ast.unparse(node)} -> {ast.unparse(new)}")
            _replace(mutant, target, new)
            counts[change] += 1
            change += f" ({counts[change]})" if counts[change] > 1 else ""
            found.append(Mutant(exercise, change, ast.fix_missing_locations(mutant)))
    return found


def _in_a_solution(node: ast.AST, lines: list[str]) -> bool:
    """Whether its line stands between the marks."""
    if not hasattr(node, "lineno"):
        return False
    above = [line.strip() for line in lines[: node.lineno]]
    begun = [number for number, line in enumerate(above) if line == "### BEGIN SOLUTION"]
    ended = [number for number, line in enumerate(above) if line == "### END SOLUTION"]
    return len(begun) > len(ended)


def _names(definition: ast.AST) -> set[str]:
    """Names of parameters and of what is assigned."""
    parameters = {node.arg for node in ast.walk(definition) if isinstance(node, ast.arg)}
    assigned = {
        node.id for node in ast.walk(definition) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return (parameters | assigned) - {"self", "_"}


def _variants(node: ast.AST, names: set[str]) -> Iterator[Any]:
    """What may stand in its place by mistake; with words for it where its own text would not tell."""
    if isinstance(node, SIMPLE):
        yield from _statements(node)
    elif isinstance(node, ast.BinOp):
        yield from (ast.BinOp(node.left, operator(), node.right) for operator in OPERATORS.get(type(node.op), ()))
        yield from (node.left, node.right)
        if not isinstance(node.op, (ast.Add, ast.Mult)):
            yield ast.BinOp(node.right, node.op, node.left)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Compare):
        yield from (
            ast.Compare(node.left, [operator()], node.comparators)
            for operator in COMPARISONS.get(type(node.ops[0]), ())
        )
    elif isinstance(node, ast.Constant):
        yield from (ast.Constant(value) for value in _constants(node.value))
    elif isinstance(node, ast.IfExp):
        yield from (ast.IfExp(node.test, node.orelse, node.body), node.body, node.orelse)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.Attribute):
        yield from (ast.Attribute(node.value, other, node.ctx) for other in OTHERS.get(node.attr, ()))
        if not isinstance(node.value, ast.Name):
            yield node.value
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        yield from (ast.Name(other, node.ctx) for other in sorted(names - {node.id}))
    elif isinstance(node, (ast.Subscript, ast.Starred)) and isinstance(node.ctx, ast.Load):
        yield node.value
    elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        yield ast.Tuple([node.elts[1], node.elts[0], *node.elts[2:]], node.ctx)
        yield from (ast.Tuple(node.elts[:place] + node.elts[place + 1 :], node.ctx) for place in range(len(node.elts)))


def _statements(node: ast.stmt) -> Iterator[Any]:
    yield ast.Pass(), f"without {ast.unparse(node).splitlines()[0]}"
    if isinstance(node, (ast.With, ast.For)):
        yield ast.If(ast.Constant(True), node.body, []), f"only what is inside {ast.unparse(node).splitlines()[0]}"
    if isinstance(node, (ast.Return, ast.Assign)) and node.value:
        for ending in ENDINGS:
            ended = ast.parse(f"x{ending}", mode="eval").body
            _replace(ended, next(part for part in ast.walk(ended) if isinstance(part, ast.Name)), node.value)
            new = copy.copy(node)
            new.value = ended
            yield new, f"{ending} after {ast.unparse(node)}"
    if isinstance(node, ast.Return) and node.value:
        yield ast.Expr(node.value)
        yield ast.Return(ast.UnaryOp(ast.USub(), node.value))


def _insertions(node: ast.AST, definition: ast.AST, first: bool) -> Iterator[Any]:
    """Lines that do not belong there, before the first one of the solution."""
    if not first or not isinstance(node, ast.stmt) or not isinstance(definition, ast.FunctionDef):
        return
    for line in (*LINES, *(line for name in sorted(NETWORKS & _names(definition)) for line in _on_a_network(name))):
        yield ast.If(ast.Constant(True), [ast.parse(line).body[0], node], []), f"{line} first"


def _on_a_network(name: str) -> tuple[str, ...]:
    return f"{name}.eval()", f"{name}.requires_grad_(False)", f"{name}.zero_grad()"


def _constants(value: Any) -> tuple[Any, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, (int, float)):
        return (value + 1, -value, value - 1) if value else (1, -1)
    return ()


def _calls(node: ast.Call) -> Iterator[Any]:
    """Without the call, without one of its arguments, with two of them exchanged."""
    name = ast.unparse(node.func)
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield node.func.value
    elif len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]
    for place, argument in enumerate(node.args):
        left = ast.Call(node.func, node.args[:place] + node.args[place + 1 :], node.keywords)
        yield left, f"{name}(...) without {ast.unparse(argument)}"
        if place:
            first, second = node.args[place - 1 : place + 1]
            swapped = ast.Call(
                node.func, [*node.args[: place - 1], second, first, *node.args[place + 1 :]], node.keywords
            )
            yield swapped, f"{name}(...) with {ast.unparse(second)} before {ast.unparse(first)}"
    for place, keyword in enumerate(node.keywords):
        left = ast.Call(node.func, node.args, node.keywords[:place] + node.keywords[place + 1 :])
        yield left, f"{name}(...) without {keyword.arg}"


def _is_module(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id in ("torch", "nn", "losses", "generators", "training", "np")) or (
        isinstance(node, ast.Attribute) and _is_module(node.value)
    )


def _replace(tree: ast.AST, old: ast.AST, new: Any) -> None:
    """Put a copy of new where old stands."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, copy.deepcopy(new))
                return
            if isinstance(value, list) and any(entry is old for entry in value):
                value[next(place for place, entry in enumerate(value) if entry is old)] = copy.deepcopy(new)
                return
