"""Applications as their applicants wrote them, to a model: what stands in which cell, and what has to be answered.

In come sheets with a table of costs and a table of financing under each other, one pair for each project (`blocks`),
and the answers to what such a sheet does not say (`mapping`). Out come the files of a model (`tables`). Sums that do
not agree end it, and what was not read is told; nothing is written over, and no answer is guessed.
"""
