"""Answers that are the reference's, or another student's, under other names.

Two definitions are alike if their syntax trees are, once docstrings, annotations and
the names that they choose themselves are left out. Short answers are alike by
nature, so they are not compared.
"""

import ast
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from starter.kit import registry
from starter.kit.desk import answers
from starter.kit.registry import Exercise

LEAST = 45  # nodes of a syntax tree: below that, many write the same


def fingerprint(text: str) -> str:
    """The same for definitions that differ in names and layout only; "" for short ones and what is no Python."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ""
    names: dict[str, str] = {}
    bound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            _without_words(node)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.arg, node.annotation = names.setdefault(node.arg, f"n{len(names)}"), None
        elif isinstance(node, ast.Name) and node.id in bound:
            node.id = names.setdefault(node.id, f"n{len(names)}")
    if sum(1 for _ in ast.walk(tree)) < LEAST:
        return ""
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


def _without_words(node: ast.FunctionDef | ast.ClassDef) -> None:
    """Take docstring, decorators and annotations away."""
    node.decorator_list = []
    if isinstance(node, ast.FunctionDef):
        node.returns = None
    if ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:] or [ast.Pass()]


def of_the_reference() -> dict[str, str]:
    """The fingerprint of each solution, by exercise."""
    folder = Path(__file__).resolve().parents[1]
    texts = {}
    for exercise in registry.EXERCISES:
        texts[exercise.name] = answers.read_definition(folder / f"{exercise.module}.py", exercise.definition) or ""
    return {name: fingerprint(text) for name, text in texts.items()}


def definition(modules: Mapping[str, str], exercise: Exercise) -> str:
    """The text of a student's answer, "" if there is none."""
    text = modules.get(exercise.module, "")
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ""
    found = [node for node in tree.body if getattr(node, "name", "") == exercise.definition]
    return ast.get_source_segment(text, found[-1]) or "" if found else ""


def groups(students: Iterable[tuple[str, Mapping[str, str]]]) -> dict[tuple[str, str], list[str]]:
    """For each answer, by owner and exercise, who else returned the same, "the reference" among them.

    Args:
        students: owner, and the text of each module.
    """
    reference, owners = of_the_reference(), defaultdict(list)
    for owner, modules in students:
        for exercise in registry.EXERCISES:
            print_of = fingerprint(definition(modules, exercise))
            if print_of:
                owners[exercise.name, print_of].append(owner)
    found = {}
    for (name, print_of), same in owners.items():
        for owner in same:
            others = [other for other in same if other != owner]
            others = [*(["the reference"] if print_of == reference[name] else []), *others]
            if others:
                found[owner, name] = others
    return found
