"""What is kept of measured text: the screens' own words, and nothing that anybody typed."""


def test_the_width_of_a_name_is_kept_nowhere(frames):
    from kiosk.screens import text  # noqa: PLC0415 - Kivy is loaded by these tests alone

    text.publish("Typ uw naam, alstublieft.")
    for measured in ("Typ uw naam, alstublieft.", "Zoë Quetzalcoatl", "alstublieft."):
        assert text.text_width(measured, 10) > 0
        assert text.line_count(measured, 1000, 10) == 1

    kept = {word for word, _ in text._widths}
    assert {"Typ uw naam, alstublieft.", "alstublieft."} <= kept
    assert kept.isdisjoint({"Zoë Quetzalcoatl", "Zoë", "Quetzalcoatl"})


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
