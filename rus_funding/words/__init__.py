"""Everything that readers read: the catalogue of texts in Swedish and English, numbers, tables, layout, colours.

In come keys, fields and checked facts; out come sentences and cells. Nothing is worked out here: what a sentence claims
was checked below (`rus_funding.proof`), and what it is about is known above.
"""
