"""A sticker for each visitor who signs in, where a label printer is set up; else nothing, and no code either."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from kiosk.codes.code import Code
from kiosk.labels.daymark import DayMark
from kiosk.labels.printing import LabelPrinter
from kiosk.labels.sticker import Sticker
from kiosk.passes import Pass
from retention.base.command import Office
from retention.base.health import Problem
from retention.base.labels import label_size
from retention.base.trusted import TrustedTime
from retention.rules import visits_day


class Given(Protocol):
    """What a sign-in answers."""

    @property
    def pass_(self) -> Pass: ...


G = TypeVar("G", bound=Given)


class Labels:
    """The stickers of one screen, or of the desk."""

    def __init__(self, office: Office, language: Callable[[], str]) -> None:
        """`language` is that of the visitor who is served."""
        self._office, self._language = office, language
        self._printer: LabelPrinter | None = None

    def with_stickers(self, count: int, sign_in: Callable[[Sequence[Code]], Sequence[G]]) -> Sequence[G]:
        """Sign in so many, with codes where tear-offs carry them; then hand over the stickers, waiting for nothing."""
        if self._office.config.kiosk.label_printer is None:
            return sign_in(())
        codes = [Code.new() for _ in range(count)]
        given = sign_in(codes)
        for one, code in zip(given, codes, strict=True):
            self._print(one.pass_, code)
        return given

    def with_sticker(self, sign_in: Callable[[Code | None], G]) -> G:
        """The same for one."""
        return self.with_stickers(1, lambda codes: [sign_in(next(iter(codes), None))])[0]

    def begin(self) -> None:
        """Load what draws stickers, in the printer's own thread; a second call changes nothing."""
        config = self._office.config.kiosk
        if self._printer is None and config.label_printer is not None:
            size, clock = label_size(config.label), self._office.clock
            self._printer = LabelPrinter(config.label_printer, size, clock, colour=config.label_colour)

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the label printer."""
        if self._printer is not None and self._printer.problem is not None:
            yield self._printer.problem

    def close(self) -> None:
        if self._printer is not None:
            self._printer.close()

    def _print(self, pass_: Pass, code: Code) -> None:
        self.begin()
        assert self._printer is not None
        config = self._office.config
        now = TrustedTime(self._office.state, self._office.clock).latest()
        mark = DayMark.of(visits_day(now, config.site, config.visits))
        self._printer.give(Sticker(pass_, self._language(), mark, code))
