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
