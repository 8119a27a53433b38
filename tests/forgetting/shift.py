"""A few hours at the door, in a process of its own that may be killed at any moment.

`python -m tests.forgetting.shift` reads JSON: `config`, `at` (ISO 8601), `uptime`, `names`, `stay` (how many do not
sign out). It prints a line for each visitor who saw a pass.
"""

import json
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

from kiosk.reception import Reception
from kiosk.visits import Details, Help
from retention.base.command import Office
from retention.base.config import load
from retention.base.database import open_database
from tests.forgetting import canaries
from tests.support.clock import ManualClock


def main() -> None:
    told = json.load(sys.stdin)
    config = load(Path(told["config"]))
    clock = ManualClock(datetime.fromisoformat(told["at"]), told["uptime"])
    with (
        closing(open_database(config)) as database,
        closing(Reception(Office(config, config.where(), clock), database)) as door,
    ):
        given = []
        for number, name in enumerate(told["names"]):
            helped = frozenset({Help.STAIRS} if number % 7 == 0 else ())
            given.append(door.sign_in(Details(name, None, helped), code=canaries.code(number)))
            print(given[-1].pass_, flush=True)
        for signed_in in given[: len(given) - told["stay"]]:
            door.take_back(door.sign_out(signed_in.pass_))
            door.sign_out(signed_in.pass_)


main()
