"""After the decision: what became of the plan, and what the plan becomes.

In come a model, its plan, and what was written down since: the ledger of the years that are closed, what was claimed
and paid, a decision that a meeting changed. Out come tables and records on frozen values: outcome against plan, what
each fund owes or is owed, the model of the next meeting. Nothing here solves by itself (the engine does), words a
sentence (`rus_funding/words/` does), or changes a krona that is booked.
"""
