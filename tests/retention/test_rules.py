"""The rules table is what the code does, in both languages."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk import accounts
from retention.base.config import Config, RetentionSection, load
from retention.base.database import personal_records
from retention.base.errors import ConfigurationRefused
from retention.base.slots import SlotFile
from retention.base.translations import translator
from retention.rules import (
    calamity_deadline,
    case_deadline,
    explain,
    footage_deadline,
    request_deadline,
    rules,
    text_deadline,
    trail_deadline,
    visits_deadline,
)
from tests.retention.conftest import Store
from tests.support.clock import ManualClock
from tests.support.state import write_config


def test_the_period_of_footage_in_the_table_is_the_one_in_the_slot(store: Store, clock: ManualClock) -> None:
    clock.at = clock.at.replace(second=0)
    store.minute(clock.now())
    (slot,) = SlotFile(store.state, "camera-entree").live()
    (rule,) = (rule for rule in rules(store.office.config) if rule.kind == "footage")
    assert slot.deadline - clock.now() == rule.period


def test_no_configuration_makes_footage_live_longer_than_four_days() -> None:
    forced = RetentionSection.model_construct(footage=timedelta(days=30))
    assert footage_deadline(0, forced) == datetime.fromtimestamp(0, UTC) + timedelta(days=4)


def test_every_period_lies_between_its_floor_and_ceiling() -> None:
    for rule in rules(Config()):
        if rule.period is not None:
            assert (rule.floor or timedelta(0)) <= rule.period
            assert rule.ceiling is None or rule.period <= rule.ceiling


@pytest.mark.parametrize(("hours_to_end", "hours"), [(None, 72), (1, 25), (60, 72)])
def test_a_real_calamity_ends_after_three_days_or_a_day_after_its_end(hours_to_end: int | None, hours: int) -> None:
    start = datetime(2027, 3, 2, tzinfo=UTC)
    end = start + timedelta(hours=hours_to_end) if hours_to_end else None
    assert calamity_deadline(start, end) == start + timedelta(hours=hours)


def test_every_word_of_the_table_is_there_in_dutch() -> None:
    dutch = translator("nl", "retention")
    for rule in rules(Config()):
        for text in (rule.what, rule.starts, rule.ground):
            assert dutch(text) != text
        assert explain(rule, dutch) != explain(rule, lambda text: text)


def test_a_period_outside_its_limits_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = write_config(tmp_path / "portier.toml", {"retention": {"footage": "5 days", "case": "40 days"}})
    with pytest.raises(ConfigurationRefused) as refused:
        load(path)
    assert refused.value.problems == [
        "retention.footage: at least 1 hour and at most 4 days: "
        "the privacy statement says that images are deleted after four days",
        "retention.case: at least 1 day and at most 28 days: "
        "images of an incident are kept four weeks at most; who needs them longer renews the case, with a reason",
    ]


def test_the_table_says_what_the_deadlines_are() -> None:
    config, at = Config(), datetime(2027, 3, 2, 9, tzinfo=UTC)
    periods = {rule.kind: rule.period for rule in rules(config)}
    midnight = at.replace(hour=0)
    assert footage_deadline(int(at.timestamp()), config.retention) - at == periods["footage"]
    assert case_deadline(at, config.retention) - at == periods["case"]
    assert request_deadline(at, at) - at == periods["request"] == periods["case_asked"]
    assert text_deadline(at.date()) - midnight == periods["text"]
    assert trail_deadline(at.date()) - midnight == periods["trail"]
    assert calamity_deadline(at) - at == periods["calamity"]
    assert periods["staff"] == accounts.KEPT
    assert visits_deadline(at.date(), config.site, config.visits) - midnight < timedelta(hours=29)


def test_every_kind_of_row_about_a_person_is_in_the_table() -> None:
    known = {rule.kind for rule in rules(Config())}
    assert {record.kind for record in personal_records()} <= known


def test_a_request_without_an_answer_ends_as_if_answered_on_the_last_day() -> None:
    at = datetime(2027, 3, 2, tzinfo=UTC)
    assert request_deadline(at) == at + timedelta(weeks=10)
