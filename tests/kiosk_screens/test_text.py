"""Text set in lines, and what is kept of it once measured: the screens' own words, and nothing that anybody typed."""

from itertools import product

from tests.kiosk_screens.scenes import panel, setting


def test_the_width_of_a_name_is_kept_nowhere(frames):
    from kiosk.screens import text  # noqa: PLC0415 - Kivy is loaded by these tests alone

    text.publish("Typ uw naam, alstublieft.")
    for measured in ("Typ uw naam, alstublieft.", "Zoë Quetzalcoatl", "alstublieft."):
        assert text.text_width(measured, 10) > 0
        assert text.line_count(measured, 1000, 10) == 1

    kept = {word for word, _ in text._widths}
    assert {"Typ uw naam, alstublieft.", "alstublieft."} <= kept
    assert kept.isdisjoint({"Zoë Quetzalcoatl", "Zoë", "Quetzalcoatl"})


def test_the_keys_are_drawn_once(frames):
    from kiosk import fonts  # noqa: PLC0415
    from kiosk.keyboard import KEY_FACE, LETTERS, Typed  # noqa: PLC0415
    from kiosk.screens.text import Setting, shaped  # noqa: PLC0415 - Kivy is loaded by these tests alone

    setting = Setting(fonts.TEXT.file, 40.0, "center", 90)
    faces = [Typed(text, home=page).face(letter) for text in ("", "a") for page in LETTERS for letter in LETTERS[page]]
    for face in [*faces, *KEY_FACE.values()]:
        assert shaped(face, setting, keep=True) is shaped(face, setting, keep=True), face


def test_a_text_stands_on_one_line_in_the_width_it_is_said_to_take(frames):
    from kiosk import fonts  # noqa: PLC0415
    from kiosk.screens.text import Setting, line_width, shaped  # noqa: PLC0415 - Kivy is loaded by these tests alone

    for said in ("هنوز نه", "Toch niet", "Ще ні", "جئت للزيارة"):
        for size in (41.0, 83.4):
            setting = Setting(fonts.TEXT.file, size, "left", int(line_width(said, size) + 1))
            assert len(shaped(said, setting, keep=False).lines()) == 1


def test_the_deepest_letters_stand_whole_on_their_line(frames):
    import numpy as np  # noqa: PLC0415

    from kiosk.keyboard import LETTERS  # noqa: PLC0415
    from kiosk.screens.text import Shaped  # noqa: PLC0415

    for letter in "".join(LETTERS.values()) + "jgpyÉŐ":
        drawn = Shaped(text=letter, font_size=90)
        wide, high = drawn.render()
        drawn._size = (wide, high)
        ink = np.frombuffer(drawn._draw(drawn._rows[0]), np.uint8).reshape(high, wide, 4)[:, :, 3]
        assert not ink[0].any(), letter
        assert not ink[-1].any(), letter


def test_a_telephone_number_is_broken_by_no_line(frames):
    from kiosk.screens.all import page_for  # noqa: PLC0415

    for scene, language in product(("attention", "help called, long ago", "closed"), ("nl", "pl", "uk", "ar")):
        page = page_for(setting(scene, panel(15.6, 1080, 1920), language, larger=True))
        (said,) = [part for part in page.children if "030" in getattr(part, "text", "")]
        lines = ["".join(run.text for run in row) for row in said._label.lines()]
        assert any("030\u00a0123\u00a045\u00a067" in line for line in lines), (scene, language)
