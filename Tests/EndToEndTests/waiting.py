"""Waiting for what another process does, with an end."""

import time

from contract import DONE


def eventually(condition, *, what, within=30.0, every=0.1):
    """Calls `condition` until it returns something true, and returns that; fails with `what` after `within` seconds.

    An AssertionError inside the condition counts as "not yet", and its text is part of the failure.
    """
    deadline = time.monotonic() + within
    why = ""
    while True:
        try:
            result = condition()
            if result:
                return result
        except AssertionError as error:
            why = f": {error}"
        if time.monotonic() >= deadline:
            raise AssertionError(f"{what} did not happen within {within:g} s{why}")
        time.sleep(every)


def done(service, study_instance_uid, within=60):
    """Waits until a study is scored or unscored, and returns its item."""
    def state():
        item = service.study(study_instance_uid)
        return item if item and item["state"] in DONE else None

    return eventually(state, within=within, what=f"study {study_instance_uid} being done")
