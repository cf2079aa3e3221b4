"""Small boosted trees, read from a file of numbers and walked in plain Python."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# A leaf's value, or (feature, threshold, where it is <= the threshold, where it is more).
Node = float | tuple[int, float, "Node", "Node"]


ROUND = 8  # trees
# Beyond these log-odds after a round the rest of the trees is not asked: of 48 trees the later ones
# mend what the first ones are unsure of. Measured: the same texts, a third of the time.
SURELY_NOT, SURELY = -2.0, 2.2


class Trees:
    """A sum of decision trees over the same features; above 0 is more likely yes than no."""

    __slots__ = ("_rounds", "features")

    def __init__(self, features: tuple[str, ...], roots: Sequence[Node]) -> None:
        self.features = features  # names, in the order of a row's values
        starts = range(0, len(roots), ROUND)
        self._rounds = tuple(tuple(roots[start : start + ROUND]) for start in starts)

    def margin(self, row: Sequence[float]) -> float:
        """The log-odds that the trees give a row of features."""
        total = 0.0
        for roots in self._rounds:
            for node in roots:
                while node.__class__ is tuple:
                    feature, threshold, below, above = node
                    node = below if row[feature] <= threshold else above
                total += node  # type: ignore[operator]
            if not SURELY_NOT < total < SURELY:
                break
        return total

    def probability(self, row: Sequence[float]) -> float:
        """The margin as a probability."""
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, self.margin(row)))))


def read_trees(path: Path) -> Trees:
    """The trees of a file that `benchmarks/train.py` wrote.

    {"features": [name, ...], "trees": [[[feature, threshold, below, above], ...], ...]}: the nodes
    of a tree from its root on; `below` and `above` are a later node's number, or a leaf's value as
    [value]. KeyError or ValueError where the file is another's.
    """
    written: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return Trees(tuple(written["features"]), [_tree(nodes) for nodes in written["trees"]])


def _tree(nodes: Sequence[Any]) -> Node:
    """The root of a tree; its nodes are built from the last one up, as each names later ones."""
    built: list[Node] = [0.0] * len(nodes)

    def side(of: Any) -> Node:
        return float(of[0]) if isinstance(of, list) else built[of]

    for place in range(len(nodes) - 1, -1, -1):
        feature, threshold, below, above = nodes[place]
        built[place] = (int(feature), float(threshold), side(below), side(above))
    return built[0] if built else 0.0
