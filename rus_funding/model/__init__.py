"""The input: tables described as data (`schema`), read (`reading`), checked (`validation`), kept as arrays (`model`).

In come a folder or a workbook; out comes a `FundingModel` that holds no mistake which can be seen before solving, or
all problems at once. Nothing is decided here.
"""
