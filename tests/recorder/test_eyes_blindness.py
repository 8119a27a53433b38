"""What the eyes call blind and what not: staged mischief is told, a day and a night in a lobby are not."""

import os
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from recorder.eyes.blindness import BLACK, COVERED, FROZEN, OUT_OF_FOCUS, TURNED_AWAY, Seen, Watch
from recorder.eyes.eyesight import Eyesight
from recorder.eyes.handover import KeyFrame
from recorder.eyes.view import COLUMNS, ROWS, remembered
from tests.recorder.cameras import packets_of
from tests.support.bars import Bars
from tests.support.blindings import cap, defocus, hand, turn
from tests.support.hours import STORIES
from tests.support.scenes import Grey, Lobby, Moment, Person, Sensor
from tests.support.staging import BEGIN, KINDS, alarms, staged

ROOM = 17


class Post:
    """A camera at its place in one lobby, key frame after key frame."""

    def __init__(self, watch: Watch | None = None) -> None:
        self.lobby, self.sensor, self.watch = Lobby(ROOM), Sensor(ROOM), watch or Watch()
        self.sensor.settle(self.lobby.light(Moment()))
        self.at = BEGIN
        self.rng = np.random.default_rng(1)

    def picture(self, moment: Moment | None = None, blinding: object = None) -> Grey:
        light = self.lobby.light(moment or Moment())
        return self.sensor.picture(blinding(light, np.random.default_rng(5)) if callable(blinding) else light)

    def look(self, picture: Grey, seconds: float = 2) -> Seen:
        self.at += timedelta(seconds=seconds)
        return self.watch.look(picture, self.at)

    def sees(self, pictures: int = 12, blinding: object = None) -> Seen:
        """The last of so many looks."""
        return [self.look(self.picture(blinding=blinding)) for _ in range(pictures)][-1]


@pytest.mark.parametrize("number", range(1, 2 * KINDS, 2))
def test_a_camera_that_is_blinded_is_told_within_ten_seconds(number: int) -> None:
    outcome = staged(number)
    assert outcome.named, outcome


@pytest.mark.parametrize("story", STORIES)
def test_life_in_a_lobby_blinds_no_camera(story: str) -> None:
    assert alarms(story, 3, minutes=1.5) == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_all_of_two_hundred_staged_blindings_are_told(bars: Bars) -> None:
    outcomes = [staged(number) for number in range(200)]
    for outcome in outcomes:
        if not outcome.named:
            print(outcome)
    bars.at_least("eyes: staged blindings told within 10 s, of 200", sum(one.caught for one in outcomes), 200)
    bars.at_least("eyes: of these, told by the right word", sum(one.named for one in outcomes), 190)
    bars.at_most("eyes: seconds until the slowest was told", max(one.seconds for one in outcomes), 10, "s")


@pytest.mark.slow
@pytest.mark.skipif("PORTIER_FILM" not in os.environ, reason="PORTIER_FILM names no film of a real, fixed camera")
def test_a_real_camera_raises_no_alarm(bars: Bars, tmp_path: Path) -> None:
    film = as_h264(Path(os.environ["PORTIER_FILM"]), tmp_path / "film.mp4")
    watch, eyesight, told = Watch(), Eyesight(), list[str]()
    for number, packet in enumerate(packet for packet in packets_of(film) if packet.key):
        at = BEGIN + timedelta(seconds=number)
        sight = eyesight.see(KeyFrame(at, packet.format.entry, packet.data))
        assert sight is not None
        told += [blind] if number % 2 == 0 and (blind := watch.look(sight.grey(), at).blind) else []
    bars.at_most("eyes: alarms in real footage", len(told), 0)


def as_h264(film: Path, destination: Path) -> Path:
    """A film as a camera would send it, a key frame each second."""
    with av.open(str(film)) as source, av.open(str(destination), "w") as target:
        shown = source.streams.video[0]
        rate = round(shown.average_rate or 10)
        stream = target.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = shown.width, shown.height, "yuv420p", rate
        stream.options = {"preset": "veryfast", "crf": "28"}
        for number, frame in enumerate(source.decode(shown)):
            frame.pts, frame.time_base = number, Fraction(1, rate)
            target.mux(stream.encode(frame))
        target.mux(stream.encode())
    return destination


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_six_hours_without_mischief_raise_no_alarm(bars: Bars) -> None:
    told = {story: alarms(story, 40 + place, minutes=45) for place, story in enumerate(STORIES)}
    for story, found in told.items():
        print(story, found)
    bars.at_most("eyes: alarms in six generated hours", sum(len(found) for found in told.values()), 0)


def test_what_lasts_is_told_since_it_began_and_taken_back_when_it_ends() -> None:
    post = Post()
    assert post.sees().blind is None
    covered = post.at + timedelta(seconds=2)

    told = post.sees(5, hand)
    assert (told.blind, told.since) == (COVERED, covered)

    assert post.sees(1).blind == COVERED  # one picture proves nothing
    assert post.sees(4).blind is None


def test_somebody_who_passes_close_by_covers_nothing() -> None:
    post = Post()
    post.sees()
    near = Moment(people=[Person(0.5, 1.5, 2.6, 0.2)])

    assert [post.look(post.picture(near)).blind for _ in range(2)] == [None, None]
    assert post.sees(3).blind is None


def test_a_camera_that_was_turned_is_told_however_long_it_stays_so() -> None:
    post = Post()
    post.sees(20)
    away = turn(Lobby(99).light(Moment()))

    assert post.sees(6, away).blind == TURNED_AWAY
    assert post.sees(60, away).blind == TURNED_AWAY
    assert post.sees(5).blind is None


def test_a_camera_that_was_turned_while_nobody_looked_is_told_from_what_was_kept() -> None:
    post = Post()
    post.sees(20)
    view = remembered(post.watch.view.told(), post.watch.shown)

    later = Post(Watch(view=view))

    assert later.sees(4, turn(Lobby(99).light(Moment()))).blind == TURNED_AWAY


def test_a_view_that_is_none_is_not_believed() -> None:
    shown = np.ones((ROWS, COLUMNS), np.bool_)
    for told in (b"", b"{}", b'{"pictures": 3, "sharp": 0.1, "cells": "AAAA"}', b"[]", b"\xff"):
        assert remembered(told, shown) is None


def test_a_camera_covered_from_its_first_picture_is_told() -> None:
    assert Post().sees(4, hand).blind == COVERED
    assert Post().sees(4, cap).blind == BLACK


def test_a_lens_that_goes_out_of_focus_at_night_is_told_beside_the_noise() -> None:
    post = Post()
    night = Moment(lamps=0.012, daylight=0.012)
    for _ in range(20):
        assert post.look(post.picture(night)).blind is None

    told = [post.look(post.picture(night, defocus)).blind for _ in range(4)]

    assert told[-1] == OUT_OF_FOCUS


def test_a_camera_that_was_nudged_by_a_finger_is_not_out_of_focus() -> None:
    post = Post()
    post.sees(20)

    for _ in range(6):
        assert post.look(np.roll(post.picture(), (2, 3), (0, 1))).blind is None


def test_the_same_picture_over_and_over_is_frozen_and_a_clock_in_it_makes_it_no_better() -> None:
    post = Post()
    post.sees()
    still = post.picture()
    seen = []
    for second in range(5):
        ticking = still.copy()
        ticking[8:20, 8:60] = 40 + 30 * second
        seen.append(post.look(ticking).blind)

    assert seen[-1] == FROZEN


def test_what_a_mask_hides_is_not_judged() -> None:
    shown = np.ones((ROWS, COLUMNS), np.bool_)
    shown[:, : COLUMNS // 2] = False
    post = Post(Watch(shown))
    for _ in range(12):
        picture = post.picture()
        picture[:, : picture.shape[1] // 2 - 16] = 0
        assert post.look(picture).blind is None


def test_a_picture_that_is_masked_whole_is_never_blind() -> None:
    post = Post(Watch(np.zeros((ROWS, COLUMNS), np.bool_)))

    assert {post.look(np.zeros_like(post.picture())).blind for _ in range(8)} == {None}


def test_motion_is_the_share_of_the_picture_in_which_somebody_moved() -> None:
    post = Post()
    post.sees(3)
    small = Moment(people=[Person(0.4, 0.8, 0.4, 0.1)])
    large = Moment(people=[Person(0.4, 1.0, 1.0, 0.1)])

    still = post.look(post.picture()).motion
    little = post.look(post.picture(small)).motion
    post.look(post.picture())
    much = post.look(post.picture(large)).motion

    assert still < 0.005
    assert 0.005 < little < much < 0.5


def test_lamps_that_are_switched_move_nothing() -> None:
    post = Post()
    post.sees(3)

    assert post.look(post.picture(Moment(lamps=0.3, daylight=0.3))).motion < 0.02
