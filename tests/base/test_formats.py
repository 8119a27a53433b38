"""The documents tell a stranger enough to read what Portier wrote: here one does, with nothing but the documents."""

import hashlib
import json

from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from sqlalchemy import select

from kiosk.day import Days
from kiosk.reception import Reception
from kiosk.tables import Visit
from kiosk.visits import Details
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.config import Config
from retention.base.database import open_database
from retention.base.readerkey import private_half
from retention.base.state import State
from tests.support.clock import ManualClock


def test_a_visits_row_opens_as_docs_formats_visits_says(config: Config, state: State, clock: ManualClock) -> None:
    office, database = Office(config, state, clock), open_database(config)
    Reception(office, database).sign_in(Details("Ann"))
    with database.read() as session:
        row = session.scalars(select(Visit)).one()
    database.close()
    day = Days(office).private(row.day, private_half(state), clock.now())
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    plain = suite.decrypt(row.sealed, day, f"portier visit 1 {row.id} {row.day}".encode())
    assert len(plain) % 512 == 0
    assert json.loads(plain) == {"name": "Ann", "host": None, "help": []}


def test_the_trail_chains_as_docs_formats_visits_says(state: State, clock: ManualClock) -> None:
    for _ in range(3):
        Trail(state, clock).note("looked", actor="os:test", about="entree", span=(clock.now(), clock.now()))
        clock.advance(days=1)
    previous = "0" * 64
    for path in sorted(state.audit.glob("????-??-??.jsonl")):
        for line in path.read_text().splitlines():
            fields = json.loads(line)
            assert fields["previous"] == previous
            previous = fields.pop("hash")
            written = json.dumps(fields, separators=(",", ":")).encode()
            assert hashlib.sha256(written).hexdigest() == previous
