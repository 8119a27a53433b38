"""What `portier doctor` says of the voice: whether it can be heard, and whether the machine knows of a headphone."""

from collections.abc import Iterator

from kiosk.errors import VoiceSilent
from kiosk.voice.engine import Programs
from kiosk.voice.jack import NoJack, find_jack
from kiosk.voice.saying import Saying
from retention.base.command import Office
from retention.base.doctor import Line


def look_at_voice(office: Office) -> Iterator[Line]:
    """Two lines: what speaks, tried without a sound, and the headphone. One where the kiosk shall be silent."""
    section, language = office.config.kiosk.voice, office.config.kiosk.languages[0]
    if section.speak == "off":
        yield Line("voice", True, "the kiosk is silent: kiosk.voice.speak is off")
        return
    try:
        Programs(section).start(Saying("a", language), 0, headphone=False).finish()
        yield Line("voice", True, f"{section.command[0]} speaks through {section.player[0]}")
    except VoiceSilent as error:
        yield Line("voice", False, str(error))
    jack = find_jack(section.jack)
    if isinstance(jack, NoJack):
        yield Line("headphone", True, "no socket tells of one: names are said aloud only, and after a warning")
    else:
        yield Line("headphone", True, "plugged in now" if jack.plugged() else "not plugged in now")
    jack.close()
