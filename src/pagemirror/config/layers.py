"""Settings from several places, merged; each value remembers where it came from.

A layer is a tree of tables as TOML gives them. Knows no key's meaning.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pagemirror.config.lines import Key
from pagemirror.config.values import Text

__all__ = ["DEFAULT", "Layer", "Tree", "has", "merge", "override_layer", "place_of", "show_key"]

Tree = dict[str, object]
DEFAULT = "default"
EVERY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What one place sets. `place` says where in it a key stands."""

    tree: Tree
    place: Callable[[Key], str]


def has(tree: Mapping[str, object], key: Key) -> bool:
    """Tell whether a tree holds a key."""
    node: object = tree
    for part in key:
        if not isinstance(node, dict) or part not in node:
            return False
        node = node[part]
    return True


def merge(layers: Sequence[Layer]) -> Tree:
    """Merge the layers, the strongest first; tables are joined, anything else is replaced whole."""
    merged: Tree = {}
    for layer in reversed(layers):
        _join(merged, layer.tree)
    return merged


def _join(into: Tree, tree: Mapping[str, object]) -> None:
    for name, value in tree.items():
        if isinstance(value, dict):
            under = into.get(name)
            table: Tree = under if isinstance(under, dict) else {}
            into[name] = table
            _join(table, value)
        else:
            into[name] = value


def place_of(layers: Sequence[Layer], key: Key) -> str:
    """Say where the value of a key came from; DEFAULT where no layer sets it."""
    for layer in layers:
        if has(layer.tree, key):
            return layer.place(key)
    return DEFAULT


def override_layer(overrides: Mapping[str, object], below: Mapping[str, object]) -> Layer:
    """Make the command line's layer of dotted keys; None is a flag not given, and a mirror named * means each one."""
    tree: Tree = {}
    mirrors = below.get("mirrors")
    names = sorted(mirrors) if isinstance(mirrors, dict) else []
    for dotted, value in overrides.items():
        if value is None:
            continue
        parts = tuple(dotted.split("."))
        keys = (
            [tuple(name if part == EVERY else part for part in parts) for name in names] if EVERY in parts else [parts]
        )
        for key in keys:
            node = tree
            for part in key[:-1]:
                table = node.setdefault(part, {})
                if not isinstance(table, dict):
                    table = node[part] = {}
                node = table
            node[key[-1]] = Text(value) if isinstance(value, str) else value
    return Layer(tree=tree, place=lambda _key: "command line")


def show_key(key: Key) -> str:
    """Write a key as it stands in TOML; parts that need quotes get them."""
    return ".".join(part if part.replace("_", "a").replace("-", "a").isalnum() else f'"{part}"' for part in key)
