"""The head of each day reaches the privacy officer by mail: once, until a server takes it, and nothing else with it."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from retention.base.command import Office
from retention.base.config import load
from retention.base.errors import ConfigurationRefused, Unavailable
from retention.base.service import Life
from retention.base.state import State
from retention.evidence.mail import HeadPost
from retention.evidence.verify import heads_in
from tests.support.clock import ManualClock
from tests.support.evidence import EvidenceSite
from tests.support.smtp import MailServer
from tests.support.state import make_config, write_config


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def office(state: State, clock: ManualClock, server: MailServer) -> Office:
    config = make_config(
        state.directory,
        organisation={"privacy_officer_email": "fg@example.nl"},
        mail={"server": "127.0.0.1", "port": server.port, "security": "none"},
    )
    return Office(config, state, clock)


@pytest.fixture
def site(office: Office, clock: ManualClock) -> EvidenceSite:
    return EvidenceSite(office.state, clock)


def test_the_head_is_mailed_once_with_counts_and_the_first_key(
    office: Office, site: EvidenceSite, server: MailServer
) -> None:
    site.hours(48)
    assert (HeadPost(office).turn(), HeadPost(office).turn()) == (1, 0)
    (mail,) = server.taken
    assert heads_in(mail) == (site.head(),)
    assert site.first_key() in mail.replace("=\r\n", "")
    assert "To: fg@example.nl" in mail


def test_heads_of_days_that_could_not_be_mailed_come_in_one_mail(
    office: Office, site: EvidenceSite, server: MailServer
) -> None:
    site.hours(20)
    HeadPost(office).turn()
    site.hours(72)
    assert HeadPost(office).turn() == 3
    assert [number for number, _ in heads_in(server.taken[1])] == [2, 3, 4]


def test_a_server_that_refuses_is_asked_again_and_told_of_after_a_day(
    office: Office, site: EvidenceSite, server: MailServer, clock: ManualClock
) -> None:
    site.hours(20)
    server.refusing = True
    post = HeadPost(office)
    with pytest.raises(Unavailable, match="did not take"):
        post.turn()
    assert post.problems() == []
    clock.advance(hours=27)
    assert "is not mailed yet" in post.problems()[0].message
    server.refusing = False
    assert post.turn() == 1
    assert post.problems() == []


def test_two_services_do_not_mail_the_same_day_twice(office: Office, site: EvidenceSite, server: MailServer) -> None:
    site.hours(48)
    threads = [threading.Thread(target=HeadPost(office).turn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.taken) == 1


def test_without_an_address_nothing_is_mailed_and_nobody_complains(state: State, clock: ManualClock) -> None:
    office = Office(make_config(state.directory), state, clock)
    EvidenceSite(state, clock).hours(20)
    clock.advance(timedelta(days=3))
    post = HeadPost(office)
    post.run(Life())
    assert (post.is_set_up, post.problems()) == (False, [])


@pytest.mark.parametrize(
    "sections",
    [
        {"mail": {"server": "mail.example", "user": "portier", "security": "none"}},
        {"organisation": {"privacy_officer_email": "fg@example.nl\nBcc: somebody@example.org"}},
        {"organisation": {"privacy_officer_email": "nobody"}},
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, sections: dict[str, object]) -> None:
    with pytest.raises(ConfigurationRefused):
        load(write_config(tmp_path / "portier.toml", sections))
