"""Asking for the code of an invitation; what reads it stands beside the screen."""

from kiosk.screens.page import SECOND, TONED, Page
from kiosk.screens.telling import telling_room
from retention.base.translations import N_

CODE = "\uf432"


class ShowCode(Page):
    """ "Laat uw code zien." Whoever has none goes on by the name."""

    def build(self) -> None:
        room = telling_room(self, TONED)
        camera = self.flow.config.kiosk.code_camera is not None
        where = N_("Hold it before the camera.") if camera else N_("Hold it before the scanner.")
        self.picture_title(CODE, self._("Show your code."), self._(where), room, TONED)
        place, size = self.layout.wide_button, self.layout.title_size
        self.button(place, self._("I have no code"), self.flow.coming.begin, SECOND, size=size, main=True)
