"""The rules table is what the code does, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest

from retention.base.config import Config, RetentionSection
from retention.base.slots import SlotFile
from retention.base.translations import translator
from retention.rules import calamity_deadline, explain, footage_deadline, rules
from tests.retention.conftest import Store
from tests.support.clock import ManualClock


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
