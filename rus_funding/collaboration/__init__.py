"""Who works with whom: the actor graph before and after a portfolio, what it says, and how it looks.

The only place that imports networkx. Everything is a function of the data: neither row order nor hash seed decides
an answer or a picture.

============  =====================================================================
module        holds
============  =====================================================================
`graph`       the actor graph; ties as they enter the value
`layers`      actors, projects, funds and municipalities as layers of one graph
`portfolio`   a portfolio seen as collaboration: all that the rest is made from
`network`     a plan's collaboration as one object, as `rus_funding.network` gives it; `tables` its data frames
`large`       exact and sampled graph measures on arrays, for graphs of any size
`reach`       whose way to each other a project makes shorter
`indicators`  tables that answer questions
`meanings`    what each table says, in one line of Swedish and English
`findings`    the main findings as sentences
`layout`      positions that stay the same from scenario to scenario; `positions` puts labels to them, `bends` lines
`picture`     the map as SVG, of `words.marks`, `glyphs`, `legend` and `style`; `png` turns it into PNG
`files`       GraphML, GEXF, node-link JSON, CSV; `sheets` the workbook; `output` all of it in a folder
`prices`      what collaboration costs: points given up per new tie
`words`       Swedish and English, numbers and plurals
============  =====================================================================
"""
