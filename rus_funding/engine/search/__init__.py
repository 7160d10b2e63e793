"""Search over the program's binaries: a tree of linear programs, each started from its parent's basis.

What comes out is the best choice found *and the tree*: every leaf with the multipliers that bound it (or that prove it
empty), so that somebody else can check that no choice is better. For the few yes-or-no choices of a portfolio this is
quicker than a general MILP solver, keeps the precision of the linear program (no tolerance lets 90 kronor leak through
a binary of 1e-6), and it ends with a bound wherever it is stopped.
"""

from rus_funding.engine.search.ahead import Search
from rus_funding.engine.search.made_whole import WHOLE, made_whole
from rus_funding.engine.search.tree import Found, Node

__all__ = ["WHOLE", "Found", "Node", "Search", "made_whole"]
