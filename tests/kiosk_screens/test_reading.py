"""What each screen says of itself: every target has a name, all is said in order, and the name is nobody else's."""

from itertools import pairwise

import pytest

from kiosk.screens.setting import Setting
from kiosk.steering import items
from kiosk.told import Group, Told
from retention.base.config import KioskSection
from tests.kiosk_screens.scenes import LONG_NAME, SCENES, panel, setting

PORTRAIT, LANDSCAPE = panel(15.6, 1080, 1920), panel(15.6, 1920, 1080)
TYPED = {"name": "Zoë de Wit", "name, long": LONG_NAME, "name, other script": "محمد العلي"}


def read(scene: str, kiosk: KioskSection = PORTRAIT, language: str = "nl") -> Told:
    return read_setting(setting(scene, kiosk, language))


def read_setting(given: Setting) -> Told:
    from kiosk.screens.all import page_for  # noqa: PLC0415 - Kivy is loaded by these tests alone
    from kiosk.screens.reading import told  # noqa: PLC0415

    return told(page_for(given))


@pytest.mark.parametrize(
    "language", ["nl", pytest.param("en", marks=pytest.mark.slow), pytest.param("fa", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("scene", SCENES)
def test_every_target_of_every_screen_has_a_spoken_name_and_its_place_in_the_order(scene: str, language: str, frames):
    told = read(scene, language=language)
    assert [target for target in told.targets if not target.name.strip()] == []
    assert told.words
    assert told.heading is not None
    assert [target.strip for target in told.targets] == sorted(target.strip for target in told.targets)
    tops = [target.place.top for target in told.targets if not target.strip]
    assert all(later <= earlier + 1 for earlier, later in pairwise(tops))


WITHOUT_STRIP = {"wait", "alarm soon"}


@pytest.mark.parametrize("kiosk", [PORTRAIT, LANDSCAPE])
def test_back_help_voice_and_serving_stand_in_the_same_place_on_every_screen(kiosk: KioskSection, frames):
    for scene in SCENES.keys() - WITHOUT_STRIP:
        given = setting(scene, kiosk)
        layout, told = given.layout, read_setting(given)
        stand = {target.name: (round(target.place.x), round(target.place.y)) for target in told.targets if target.strip}
        expected = {"Hulp": layout.help, "Voorlezen": layout.voice, "Anders": layout.serving}
        expected |= {"Terug": layout.back} if "Terug" in stand else {}
        places = {name: (round(place.x), round(place.y)) for name, place in expected.items()}
        assert {name: stand[name] for name in expected} == places, scene


def test_a_screen_is_read_from_its_question_on(frames):
    told = read("help, asked", LANDSCAPE)
    assert told.words[0] == "Hulp bij brand?"
    assert [target.name for target in told.targets][:4] == ["trap", "horen", "zien", "samen"]
    assert [target.chosen for target in told.targets[:4]] == [True, False, False, True]


def test_pictures_are_called_as_the_pass_is(frames):
    names = [target.name for target in read("picture").targets if not target.strip]
    assert names[:3] == ["de blauwe uil", "de blauwe kat", "de blauwe vis"]
    assert len(set(names)) == 24


def test_the_pass_is_said_as_people_say_it_and_its_digit_once(frames):
    assert "het oranje kasteel 3" in read("pass, digit").words
    assert "3" not in read("pass, digit").words


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_the_strip_is_known_on_either_side(language: str, frames):
    told = read("colour", LANDSCAPE, language)
    assert len([target for target in told.targets if not target.strip]) == 8


@pytest.mark.parametrize("scene", TYPED)
def test_what_was_typed_is_personal_and_nothing_else_is(scene: str, frames):
    told = read(scene)
    assert told.personal
    assert all(set(part) <= set(TYPED[scene] + "…") for part in told.personal)
    assert not any(TYPED[scene] in sentence for sentence in told.words)


def test_letters_are_marked_as_what_writes_a_name(frames):
    told = read("name")
    assert [target.name for target in told.targets if target.letter] == [*"abcdefghijklmnopqrstuvwxyz-'"]
    assert {"letters met accenten", "meer letters", "spatie", "Wis een letter"} <= {
        target.name for target in told.targets
    }


def test_many_choices_are_taken_in_two_steps(frames):
    rows = items(read("picture"), scanning=False)
    assert [len(row.targets) for row in rows if isinstance(row, Group)] == [4] * 6


def test_in_landscape_the_strip_beside_the_keys_does_not_mix_their_rows(frames):
    rows = [item for item in items(read("name", LANDSCAPE), scanning=False) if isinstance(item, Group)]
    assert ["".join(target.name for target in row.targets if target.letter) for row in rows] == [
        *("abcde", "fghij", "klmno", "pqrst", "uvwxy", "z-'", "")
    ]


def test_few_choices_are_taken_in_one_step(frames):
    assert not any(isinstance(item, Group) for item in items(read("colour"), scanning=False))


@pytest.mark.parametrize("scene", ["own", "own, long"])
def test_a_visitors_own_entry_is_personal_and_said_whole(scene: str, frames):
    given = setting(scene, PORTRAIT)
    told, name = read_setting(given), given.flow.visitor.own.details.name
    assert [target.told for target in told.targets if target.name == "Naam"] == [name]
    assert not any(name in target.name for target in told.targets)
    assert not any(name in sentence for sentence in told.words)
