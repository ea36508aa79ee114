#!/usr/bin/env python3
"""Finds the usual mistakes in Python sources, with nothing but the standard library.

    lint_python.py FILE...

Names that nothing defines, imports that nothing uses, handlers of every exception, mutable defaults, definitions
that hide an earlier one, f-strings without a value, and whatever the compiler itself warns of.
"""

import ast
import builtins
import pathlib
import symtable
import sys
import warnings

MODULE_NAMES = {"__file__", "__name__", "__doc__", "__path__", "__spec__", "__annotations__"}
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


def imported(tree):
    """Yields (name, line) of what each import binds, but for those marked as kept for others (noqa)."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                continue
            for alias in node.names:
                yield (alias.asname or alias.name.split(".")[0]), node.lineno


def used(tree):
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        # Annotations may be strings, and __all__ names what is exported.
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            names.add(node.value)
    return names


def undefined(source, path, tree):
    """Global names that are read somewhere and bound nowhere."""
    table = symtable.symtable(source, path, "exec")
    bound = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    bound |= {child.get_name() for child in table.get_children()}
    bound |= {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    known = bound | set(dir(builtins)) | MODULE_NAMES
    missing = set()
    pending = [table]
    while pending:
        scope = pending.pop()
        pending += scope.get_children()
        missing |= {
            symbol.get_name()
            for symbol in scope.get_symbols()
            if symbol.is_global() and symbol.is_referenced() and symbol.get_name() not in known
        }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in missing:
            yield node.lineno, f"nothing defines {node.id}"


def redefined(body):
    seen = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if node.name in seen and not node.decorator_list:
                yield node.lineno, f"{node.name} hides the one of line {seen[node.name]}"
            seen[node.name] = node.lineno


def mistakes(tree):
    formats = {id(node.format_spec) for node in ast.walk(tree) if isinstance(node, ast.FormattedValue)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield node.lineno, "`except:` also catches an interrupt; name the exceptions"
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            for default in [*node.args.defaults, *node.args.kw_defaults]:
                if isinstance(default, MUTABLE):
                    yield default.lineno, "a default that is shared by all calls; use None or a tuple"
        if isinstance(node, ast.JoinedStr) and id(node) not in formats:
            if not any(isinstance(value, ast.FormattedValue) for value in node.values):
                yield node.lineno, "an f-string without a value"
        if isinstance(node, (ast.Module, ast.ClassDef)):
            yield from redefined(node.body)


def lint(path):
    source = pathlib.Path(path).read_text(encoding="utf-8")
    lines = source.splitlines()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            tree = ast.parse(source, path)
            compile(source, path, "exec")
        except (SyntaxError, SyntaxWarning, DeprecationWarning) as error:
            return [(getattr(error, "lineno", None) or 1, str(error))]
    names = used(tree)
    found = [(line, f"{name} is imported, but not used") for name, line in imported(tree) if name not in names]
    found += [*undefined(source, path, tree), *mistakes(tree)]
    return sorted((line, what) for line, what in found if "# noqa" not in lines[line - 1])


def main():
    total = 0
    for path in sys.argv[1:]:
        for line, what in lint(path):
            total += 1
            print(f"{path}:{line}: {what}")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
