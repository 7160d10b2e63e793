"""How hypothesis draws examples: the same ones in every run, so that a red test says something about the change.

`HYPOTHESIS_PROFILE=wild` draws new ones each time, to look for what nobody thought of; `EXAMPLES=20` in front of pytest
makes the property tests draw twenty times as many, and gives every test twenty times as long.

And how a test that hangs is ended. pytest-timeout fails it where the platform has SIGALRM and Python comes to its
handler, and ends the process elsewhere. Before that, what the test has started is killed; after it, a process that is
stuck in compiled code is ended from outside Python.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

import processes
import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Generator

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]  # an example is a whole solve, and some are infeasible
settings.register_profile("steady", derandomize=True, database=None, deadline=None, suppress_health_check=SLOW)
settings.register_profile("wild", deadline=None, print_blob=True, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

os.environ.pop("COLUMNS", None)  # golden pages are as wide as when nobody says how wide
os.environ.pop("LINES", None)

if "EXAMPLES" in os.environ:
    os.environ.setdefault("PYTEST_TIMEOUT", str(300 * int(os.environ["EXAMPLES"])))

STUCK = 30  # seconds after the limit
_killer, _stderr = pytest.StashKey[threading.Timer](), pytest.StashKey[int]()


@pytest.fixture(scope="module")
def hurried() -> Generator[None]:
    """Papers whose tests ask nothing of how certain a decision is look less far for it."""
    from rus_funding.explanations import digest

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digest, "CERTAIN", digest.CERTAIN // 10)
        yield


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_stderr] = os.dup(sys.__stderr__.fileno() if sys.__stderr__ else 2)  # not the one that is captured


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_timeout_set_timer(item: pytest.Item, settings: Any) -> Generator[None, Any, Any]:
    item.stash[_killer] = killer = threading.Timer(max(settings.timeout - 1, 0.1), processes.kill_all)
    killer.daemon = True
    killer.start()
    faulthandler.dump_traceback_later(settings.timeout + STUCK, exit=True, file=item.config.stash[_stderr])
    return (yield)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_timeout_cancel_timer(item: pytest.Item) -> Generator[None, Any, Any]:
    if _killer in item.stash:
        item.stash[_killer].cancel()
        faulthandler.cancel_dump_traceback_later()
    return (yield)
