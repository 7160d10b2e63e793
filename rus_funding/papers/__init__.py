"""Reports of a plan: the figures of each table apart from how a terminal, a workbook or a page shows them."""
