"""How hypothesis draws examples: the same ones in every run, so that a red test says something about the change.

`HYPOTHESIS_PROFILE=wild` draws new ones each time, to look for what nobody thought of; `EXAMPLES=20` in front of pytest
makes the property tests draw twenty times as many.
"""

import os

from hypothesis import HealthCheck, settings

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]  # an example is a whole solve, and some are infeasible
settings.register_profile("steady", derandomize=True, database=None, deadline=None, suppress_health_check=SLOW)
settings.register_profile("wild", deadline=None, print_blob=True, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

os.environ.pop("COLUMNS", None)  # golden pages are as wide as when nobody says how wide
os.environ.pop("LINES", None)
