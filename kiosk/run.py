"""`portier kiosk run`: the touch screen as a service. It loads nothing that the first screen can do without."""

import click

from retention.base.command import Office, pass_office
from retention.base.forgetful import begin_forgetful, keep_to_itself
from retention.base.service import Life, serve


@click.group()
def kiosk() -> None:
    """The touch screen at the door."""


class Kiosk:
    """The touch screen as a service; its window is Kivy's, loaded only here."""

    name = "kiosk"

    def __init__(self, office: Office) -> None:
        self._office = office

    def run(self, life: Life) -> None:
        from kiosk.app import run_kiosk  # noqa: PLC0415 - visits work without Kivy

        run_kiosk(self._office, life)


@kiosk.command()
@pass_office
def run(office: Office) -> int:
    """Open the window and serve visitors until stopped."""
    begin_forgetful()
    keep_to_itself()
    return serve(Kiosk(office))
