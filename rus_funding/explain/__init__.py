"""Why: what decides a plan, what would change it, and what it would cost, from exact solves of the changed question."""
