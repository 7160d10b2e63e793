"""The papers of a meeting: page, workbook, slides and annex, and the plan as a terminal shows it.

In comes a `Pack` (`pack`): one run, seen from one scenario of it, in one language; out come files and tables. What they
all say is said once, in `story`; a folder a format has the function `write(pack, path)`. Nothing is solved, summed or
claimed here that was not checked below.
"""
