"""A model in, a certified plan out: stages, search, whole kronor, proof.

In comes a checked model; out comes an `Outcome` (`plan`) whose standing was worked out by `rus_funding.proof` from the
kronor alone. Only `solvers` knows solvers. Nothing is said to readers here.
"""
