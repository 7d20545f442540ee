"""Names that an answer uses and does not have, and the way to each.

An answer is kept in a file of its own, away from the notebook, so it knows what
that file imports and what it defines itself. Most mistakes with names come from
there; others from public code, whose names differ from those of the course.
"""

import ast
import difflib
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

from .. import course, registry
from ..registry import Exercise
from . import answers

# What public code calls things, and what a function of the course is given.
_PLAYER = "(d|c|g|dis|disc|critic|gen|generator|discriminator)"
_PUBLIC = (
    (rf"(optim(izer)?|opt|solver)_?{_PLAYER}?|{_PLAYER}_?(optim(izer)?|opt|solver)", "optimizer"),
    (r"net_?d|d|dis|disc|discriminator|d_?net|model_d|net_?c", "critic"),
    (r"net_?g|g|gen|g_?net|model_g|generator_net", "generator"),
    (r"(x_)?real(_(imgs?|images?|data|samples?|batch|x))?|imgs?|images?|data|batch|inputs?|x_?r", "real"),
    (r"(x_)?(fake|gen|generated)(_(imgs?|images?|data|samples?|batch|x))?|x_?f", "fake"),
    (r"lambda_?(gp|term|pen|penalty)?|gp_?(weight|lambda|coef\w*)|lmbda|lam", "lambda_"),
    (r"clip(_?(value|limit|param|weight|range))?|weight_clip\w*", "c"),
    (r"(compute_|calc_)?(gradient_penalty|gp|penalty)(_?(fn|func|function))?", "penalty"),
    (r"n_?critics?|critic_iters?|num_critics?|n_dis|d_iters?", "n_critic"),
    (r"noise|latents?|z_?(sample|noise)?|fixed_noise", "z"),
)
_SIZES = {  # public names of numbers, and where they come from
    r"((opt|cfg|cur|current)_|mini)?(batch_?(size|n)?|bs|n_?batch|b_?size|b)": (
        "len({0})",
        ("real", "images", "x", "a"),
    ),
    r"(latent|z|noise|nz)_?(dim|size|dims)?|nz": ("{0}.latent_dim", ("generator",)),
    r"device|dev|cuda|gpu|use_cuda": ("{0}.device", ("real", "images", "x", "a")),
}
_GIVEN_HELPS = re.compile("Instead of|What you call|no self|no settings|names of their own|Define or import")
_BUNDLES = ("opt", "args", "cfg", "config", "params", "hparams", "hp", "FLAGS", "self")
_ALIASES = {  # usual short names, the import that makes them, and the way without
    "F": ("import torch.nn.functional as F", "nn.functional"),
    "np": ("import numpy as np", ""),
    "plt": ("import matplotlib.pyplot as plt", ""),
    "math": ("import math", ""),
    "autograd": ("from torch import autograd", "torch.autograd"),
    "optim": ("from torch import optim", "torch.optim"),
    "Variable": ("", "the tensor itself, which tracks gradients without it"),
    "display": ("from IPython.display import display", "print"),
}


def explain(
    exercise: Exercise, text: str, missing: list[str], module: Mapping[str, Any], notebook: Mapping[str, Any]
) -> tuple[str, str]:
    """What to say of names that an answer uses and its file does not know.

    Args:
        exercise: what is answered.
        text: the answer.
        missing: the names.
        module: what the file of the answer knows.
        notebook: what the notebook knows, {} where there is none.

    Returns:
        The id of the mistake, and one to three sentences.
    """
    tree = ast.parse(text).body[0]
    kept, arguments = _kept_in_self(tree), _arguments_of_init(tree)
    without_self = next((method.name for method in _methods(tree) if "self" not in _names_of(method)), "")
    if "self" in missing and without_self:
        return "self-forgotten", (
            f"{without_self} uses self and is not given it: the first argument of a method is self, as in "
            f"def {without_self}(self, ...)."
        )
    forgotten = [name for name in missing if name in kept]
    if forgotten:
        return "self-forgotten", (
            f"You use {_and(forgotten)}{_in_line(tree, forgotten[0])} without self. in front. What __init__ makes is "
            "known to the other methods only if it is kept in self, and they have to ask self for it."
        )
    if argument := next((name for name in missing if name in arguments), ""):
        return "unknown-name", (
            f"{argument} is known in __init__ only, and you use it{_in_line(tree, argument) or ' in another method'}. "
            f"Keep it in __init__ as self.{argument}, and ask for self.{argument}."
        )
    given = _parameters(tree)
    ways = [_way(exercise, name, text, given, module, notebook) for name in missing]
    if len(missing) > 1:
        ways = [
            f"For {name}: {way[0].lower()}{way[1:]}" if way.startswith("Did") else way
            for name, way in zip(missing, ways, strict=True)
        ]
    found = " ".join(dict.fromkeys(way for way in ways if way)) or "Define or import what you need inside your answer."
    known = _are_given(given) if _GIVEN_HELPS.search(found) else ""
    where = "" if " are kept in " in found else "Answers are kept there, away from this notebook."
    sentences = f"Your answer uses {_and(missing)}, which {exercise.module}.py does not know.", where, found, known
    return "unknown-name", " ".join(filter(None, sentences))


def _way(
    exercise: Exercise, name: str, text: str, given: list[str], module: Mapping[str, Any], notebook: Mapping[str, Any]
) -> str:
    """The way for one name, "" if none comes to mind."""
    if name == "get_ipython":
        return "Lines that begin with % or an exclamation mark belong to the notebook: take them out of the answer."
    if re.search(rf"\bsuper\({name}\b", text):
        return "super() needs no names: write super().__init__()."
    there = notebook.get(name)
    own_module = getattr(there, "__name__", None) == f"starter.{exercise.module}"
    if name == exercise.module or (isinstance(there, ModuleType) and own_module):
        return f"The answer stands in {exercise.module}.py itself, so leave out {name} and the point."
    imported = {value.__name__.split(".")[-1]: key for key, value in module.items() if isinstance(value, ModuleType)}
    for other in registry.EXERCISES:
        if name == other.definition and other.module in imported:
            return f"Did you mean {imported[other.module]}.{name}?"
    ways: tuple[Callable[[], str], ...] = (
        lambda: _public(name, text, given),
        lambda: _alias(exercise, name, there, module),
        lambda: _of_the_notebook(exercise, name, there),
        lambda: _misspelled(name, [*given, *_assigned(text)]),
        lambda: _of_torch(name, module),
        lambda: _letter(name, given),
    )
    return next(filter(None, (way() for way in ways)), "")


def likely(name: str) -> str:
    """The way for a name that a notebook does not know, "" if none comes to mind."""
    line = _ALIASES.get(name, ("",))[0]
    return f"Add {line} above." if line else _of_torch(name, {"nn": None})


def _public(name: str, text: str, given: list[str]) -> str:
    """A name of public code: what the function is given instead."""
    if name == "self":
        attribute = re.search(r"\bself\.(\w+)", text)
        inner = _public(attribute[1], text, given) if attribute else ""
        return f"This is a function and no method, so there is no self. {inner}".rstrip()
    if name in _BUNDLES:
        attribute = re.search(rf"\b{name}\.(\w+)", text)
        inner = _public(attribute[1], text, given) if attribute else ""
        return inner or f"There are no settings called {name} here."
    lower = name.lower()
    for pattern, (way, sources) in _SIZES.items():
        source = next((one for one in sources if one in given), "")
        if source and re.fullmatch(pattern, lower):
            return f"Instead of {name}, take {way.format(source)}."
    for pattern, ours in _PUBLIC:
        if ours in given and re.fullmatch(pattern, lower):
            return f"What you call {name} is called {ours} here."
    return ""


def _alias(exercise: Exercise, name: str, there: Any, module: Mapping[str, Any]) -> str:
    """A module or a name under its usual short name, known to the notebook or not."""
    if name in _ALIASES and not (isinstance(there, ModuleType) and name not in ("F", "np", "plt", "math")):
        line, instead = _ALIASES[name]
        known = f"{name} is known in this notebook, but answers are kept in {exercise.module}.py" if there else ""
        if not line:
            return f"{name} is not needed any more: take {instead}."
        cure = f"write {line} as the first line inside the answer"
        cure += f", or {instead} instead of {name}" if instead else ""
        return f"{known}: {cure}." if known else f"{cure[0].upper()}{cure[1:]}."
    if isinstance(there, ModuleType):
        line = _import_line(name, there)
        return (
            f"{name} is known in this notebook, but answers are kept in {exercise.module}.py: write {line} as the "
            "first line inside the answer."
        )
    return ""


def _import_line(name: str, value: ModuleType) -> str:
    whole = value.__name__
    package, _, last = whole.rpartition(".")
    if package and last == name:
        return f"from {package} import {name}"
    return f"import {whole}" if whole == name else f"import {whole} as {name}"


def _of_the_notebook(exercise: Exercise, name: str, there: Any) -> str:
    """A helper or a variable that the notebook knows."""
    if there is None:
        return ""
    home = getattr(there, "__module__", None) or ""
    if inspect.isbuiltin(there) and not home:
        return ""
    if callable(there) and home.split(".")[0] not in ("", "__main__", "builtins") and hasattr(there, "__name__"):
        return f"Write from {home} import {name} as the first line inside the answer."
    if inspect.isfunction(there) or inspect.isclass(there):
        return (
            f"{name} is defined in this notebook, but answers are kept in {exercise.module}.py: define it inside your "
            f"answer, or write it into {course.show_path(answers.answer_file(exercise))} by hand."
        )
    return (
        f"{name} is a variable of this notebook, and the answer has to work without the notebook: use what it is "
        "given, or make it inside the answer."
    )


def _misspelled(name: str, words: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, [word for word in words if len(word) > 2], n=1, cutoff=0.75)
    return f"Did you mean {close[0]}?" if close else ""


def _of_torch(name: str, module: Mapping[str, Any]) -> str:
    """A name of torch without the module in front, or a method of tensors."""
    import torch
    from torch import Tensor, nn

    if name == "grad":
        return "Did you mean torch.autograd.grad?"
    if name[0].isupper() and hasattr(nn, name):
        return f"Did you mean nn.{name}?" if "nn" in module else f"Did you mean torch.nn.{name}?"
    if hasattr(Tensor, name):
        return f"{name} is a method of tensors: it follows a tensor and a point."
    if hasattr(torch, name):
        return f"Did you mean torch.{name}?"
    if hasattr(nn.functional, name):
        return f"Did you mean {'nn' if 'nn' in module else 'torch.nn'}.functional.{name}?"
    return ""


def _letter(name: str, given: list[str]) -> str:
    if len(name) != 1:
        return ""
    return f"Is {name} a letter of the formula? The arguments have names of their own."


def _are_given(given: list[str]) -> str:
    return f"Your answer is given {_and(given)}." if given else ""


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


# What the answer says itself -------------------------------------------------


def _methods(tree: ast.stmt) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    return [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _kept_in_self(tree: ast.stmt) -> set[str]:
    """Names that __init__ keeps in self, and those that it makes and forgets."""
    found = {name for node in getattr(tree, "body", []) if isinstance(node, ast.Assign) for name in _stored(node)}
    found = found if isinstance(tree, ast.ClassDef) else set()
    for method in _methods(tree):
        for node in ast.walk(method):
            if not isinstance(getattr(node, "ctx", None), ast.Store):
                continue
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "self":
                found.add(node.attr)
            if isinstance(node, ast.Name) and method.name == "__init__":
                found.add(node.id)
        found |= {inner.name for inner in method.body if isinstance(inner, ast.FunctionDef)}
    return found | {method.name for method in _methods(tree) if not method.name.startswith("__")}


def _stored(node: ast.AST) -> set[str]:
    """Names that a statement gives a value."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def _names_of(method: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    return {one.arg for one in _all_arguments(method)}


def _arguments_of_init(tree: ast.stmt) -> set[str]:
    return {one.arg for method in _methods(tree) if method.name == "__init__" for one in _all_arguments(method)}


def _parameters(tree: ast.stmt) -> list[str]:
    """What the function, or the class's __init__ and forward, is given."""
    functions = [tree] if isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef) else _methods(tree)
    names = [one.arg for function in functions for one in _all_arguments(function)]
    return [name for name in dict.fromkeys(names) if name != "self"]


def _all_arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    arguments = function.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _assigned(text: str) -> set[str]:
    return _stored(ast.parse(text))


def _in_line(tree: ast.stmt, name: str) -> str:
    """Where a method other than __init__ reads that name."""
    for method in _methods(tree):
        read = {node.id for node in ast.walk(method) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        if method.name != "__init__" and name in read:
            return f" in {method.name}"
    return ""
