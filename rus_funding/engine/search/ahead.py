"""A first choice, and better ones near it, looked for beside the tree: the nearer it is, the smaller the tree."""

from __future__ import annotations

import numpy as np

from rus_funding.engine.search.made_whole import WHOLE
from rus_funding.engine.search.tree import Node, Tree

MANY = 8  # undecided binaries from which a dive for a first choice is worth its time
DIVE = 2  # linear programs a binary that a dive may take
OUT, IN = 0.3, 0.9  # below and above this share a choice leans clearly out or in
ROUNDS = 3  # times a better choice is looked for near the best one, with
NEARBY = 200  # linear programs, among
OPEN = 40  # choices, and as many more each time


class Search(Tree):
    """A tree with choices looked for beside it."""

    def _look(self, node: Node) -> None:
        self._dive(node)
        self._polish(node)

    def _dive(self, node: Node) -> None:
        """A first choice: make undecided choices the way they lean, and out rather than in, until none is left.

        All that lean clearly are made at once, else the one that leans out most; where that leads nowhere, one choice
        is made after the other, each the way that costs less, and where no way is left it goes back.
        """
        if node.point is None or self._undecided(node).size < MANY:
            return
        if self.point is None:
            self._close(node)
        end, before = self.programs + DIVE * MANY + self.binaries.size // 2, self.best
        start = Node(dict(node.fixed), node.bound, node.duals, point=node.point)
        ways = [(start, False)]
        while ways and self.best >= before and self.programs < end and not self.stopped:
            at, tried = ways.pop()
            if at.point is None or at.bound >= self.best - self._tie():
                continue
            open_ = self._undecided(at)
            if not open_.size:
                continue
            z = at.point.x[open_]
            if tried:
                column = int(open_[np.argmax(np.abs(z - 0.5))])
                pair = sorted(self._pair(at, column, learn=False)[1:], key=lambda way: -way.bound)
                ways += [(way, False) for way in pair]
                continue
            lean = (z < OUT) | (z > IN)
            lean[np.argmin(z)] |= not lean.any()
            made = dict(zip(open_[lean].tolist(), (z[lean] > IN).astype(float).tolist(), strict=True))
            way = Node({**at.fixed, **made}, at.bound, at.duals)
            self._solve(way, at.point.basis)
            ways += [(at, True), (way, False)]

    def _close(self, node: Node) -> None:
        """The choice that makes of a node's program what it funds wholly, and nothing else."""
        assert node.point is not None
        z = node.point.x[self.binaries]
        fixed = dict(zip(self.binaries.tolist(), (z > 1.0 - WHOLE).astype(float).tolist(), strict=True))
        self._solve(Node({**fixed, **node.fixed}, node.bound, node.duals), node.point.basis)

    def _polish(self, node: Node) -> None:
        """A better choice near the best one: a small search among the choices in which it is not as the relaxation,
        and those of which the relaxation is least sure.
        """
        if self.nested or node.point is None or node.duals is None or self._undecided(node).size < MANY:
            return
        sure = np.abs(self._costs(node))  # what a unit against its will costs at least
        sure[np.isin(self.binaries, self._undecided(node))] = 0.0
        for turn in range(ROUNDS):
            if self.point is None or self.stopped:
                return
            before = self.best
            apart = np.abs(self.point.x - node.point.x)[self.binaries] > WHOLE
            order = np.argsort(np.where(apart, 0.0, sure), kind="stable")
            same = self.binaries[order[OPEN * (turn + 1) :]]
            near = node.of(self.program.held(same, np.round(self.point.x[same])))
            few = max(MANY, min(NEARBY, self.programs // 4))
            search = Search(self.ask, near, self.cost, deadline=self.deadline, programs=few, nested=True)
            search.best, search.point = self.best, self.point
            search.run(Node({}, -np.inf), node.point.basis)
            self.programs += search.programs
            self.iterations += search.iterations
            self.best, self.point = search.best, search.point
            if self.best >= before - self._tie() and turn:
                return
