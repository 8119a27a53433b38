"""The configuration: one TOML file, read once, into frozen models with all problems told at once.

Unknown keys are refused. Durations are written as `"4 days"`, `"96 hours"`, `"90 seconds"`, sizes as `"200 GB"`.
Without a file Portier runs: SQLite, a state directory of the user, a test camera, the desk on loopback.
"""

import os
import re
import tomllib
from contextlib import suppress
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from platformdirs import user_state_path
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from retention.base import limits
from retention.base.errors import ConfigurationRefused, DiskRefused, UsageRefused
from retention.base.files import replace_file
from retention.base.labels import Device, LabelSize, Queue
from retention.base.mailing import MailSection, email
from retention.base.mask import Polygon
from retention.base.refusals import sentence
from retention.base.serving import KeysSection, VoiceSection
from retention.base.state import State, camera_stream

_UNITS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
_DURATION = re.compile(r"(\d+) (second|minute|hour|day)s?")
_SIZES = ("B", "kB", "MB", "GB", "TB")
_SIZE = re.compile(r"(\d{1,9}(?:\.\d{1,3})?) (B|kB|MB|GB|TB)")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_USB = re.compile(r"usb:/dev/[A-Za-z0-9/._:-]{1,100}")


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('write a duration as "96 hours", "4 days", "90 seconds"')
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError) as error:
        raise ValueError('name a time zone as "Europe/Amsterdam"') from error
    return value


def _camera_name(value: str) -> str:
    try:
        camera_stream(value)
    except UsageRefused as error:
        raise ValueError(str(error)) from error
    return value


def _camera_url(value: str) -> str:
    if value == "test" or urlsplit(value).scheme in ("rtsp", "rtsps", "file") or _USB.fullmatch(value):
        return value
    raise ValueError('a camera is "test", "rtsp://...", "usb:/dev/video0", or "file:///..."')


def _size(value: object) -> object:
    if isinstance(value, int):
        return value
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('write a size as "500 MB", "200 GB", "1.5 TB"')
    return round(float(match[1]) * 1000 ** _SIZES.index(match[2]))


def _hours(value: object) -> object:
    if isinstance(value, tuple):
        return value
    match = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('write working hours as "07:00-19:00"; "00:00-00:00" is the whole day')
    return time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))


def _loopback(value: str) -> str:
    if value not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError("the desk listens on this machine only (127.0.0.1): it has no second factor yet")
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Size = Annotated[int, BeforeValidator(_size)]
Hours = Annotated[tuple[time, time], BeforeValidator(_hours)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _same_device(device: str, url: str) -> bool:
    """Whether a camera's address means this device, under whichever of its names."""
    return url.startswith("usb:") and os.path.realpath(url.removeprefix("usb:")) == os.path.realpath(device)


class Section(BaseModel):
    """A part of the file: unknown keys refused, unchangeable once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StateSection(Section):
    """Where Portier keeps what it keeps."""

    directory: Path | None = None


class DatabaseSection(Section):
    """The database; SQLite under the state directory unless said otherwise. `url_file` holds a URL with a password."""

    url: str | None = None
    url_file: Path | None = None

    @property
    def embedded(self) -> bool:
        """Whether it is the file under the state directory."""
        return self.url is None and self.url_file is None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.url is not None and self.url_file is not None:
            raise ValueError("name the database by url or by url_file, not by both")
        return self


class OrganisationSection(Section):
    """Who runs the lobby, as screens and paper name it, and when its people work: the monthly review tells the rest."""

    name: str = Field(default="Onze organisatie", min_length=1, max_length=60)
    statement_url: str | None = None
    statement: Path | None = None
    privacy_officer: str | None = None
    privacy_officer_email: Annotated[str, AfterValidator(email)] | None = None
    working_hours: Hours = (time(7), time(19))
    working_days: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")


class SiteSection(Section):
    """One office building."""

    name: str = Field(default="Hoofdkantoor", min_length=1, max_length=60)
    building: str = Field(default="", max_length=60)
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Amsterdam"
    assembly_point: str = Field(default="Zie het ontruimingsplan", max_length=80)
    way_out: str = Field(default="", max_length=60)
    reception_telephone: str = Field(default="", max_length=30)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Host(Section):
    """Somebody visitors come for: staff, who stand on the list by name and telephone."""

    name: str = Field(min_length=1, max_length=60)
    telephone: str = Field(default="", max_length=30)


class VisitsSection(Section):
    """What is asked at the door, and when the day of visits ends."""

    day_ends: time = time(4, 0)
    reception_closes: time = time(17, 30)
    ask_host: Literal["off", "optional", "asked"] = "off"
    ask_help: bool = True
    invitations: bool = False
    confirm: bool = False
    hosts: tuple[Host, ...] = ()


Language = Literal["nl", "en", "de", "fr", "pl", "tr", "ar", "uk", "es", "fa"]


class KioskSection(Section):
    """The panel by the door. Sizes on screen follow from its diagonal and resolution."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)] = "Ingang"
    pin_file: Path | None = None
    diagonal_inches: float = Field(default=21.5, ge=15.6, le=24)
    width: int = Field(default=1080, ge=600, le=8000)
    height: int = Field(default=1920, ge=600, le=8000)
    fullscreen: bool = False
    idle: Duration = timedelta(seconds=120)
    theme: Path | None = None
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = get_args(Language)
    voice: VoiceSection = VoiceSection()
    keys: KeysSection = KeysSection()
    label_printer: Queue | None = None
    label: LabelSize = "62x100 mm"
    label_colour: bool = False
    code_camera: Device | None = None
    scanner: Device | None = None

    @property
    def reads_codes(self) -> bool:
        """Whether somebody can show a code at the screen."""
        return self.code_camera is not None or self.scanner is not None


class CalamitySection(Section):
    """Paper for responders: printers in the order in which they are tried."""

    printers: tuple[str, ...] = ()


class DeskSection(Section):
    """The staff's console in the browser."""

    address: Annotated[str, AfterValidator(_loopback)] = "127.0.0.1"
    port: int = Field(default=8480, ge=0, le=65535)


class CameraSection(Section):
    """One camera: `test`, `rtsp://...`, `usb:/dev/video0` or `file:///...`. A password may stand in `password_file`.

    `mask` holds polygons that are blackened before anything is stored, their points as shares of width and height.
    """

    name: Annotated[str, AfterValidator(_camera_name)]
    title: str = Field(default="", max_length=60)
    url: Annotated[str, AfterValidator(_camera_url)] = "test"
    user: str | None = None
    password_file: Path | None = None
    enabled: bool = True
    eyes: bool = True
    mask: tuple[Polygon, ...] = ()


class RecorderSection(Section):
    """What footage may take: `quota` of all cameras together, `reserve` left free for others, `buffer` of memory each.

    Without a quota footage may take what the reserve leaves.
    """

    quota: Annotated[Size, Field(ge=1_000_000)] | None = None
    reserve: Annotated[Size, Field(ge=0)] = 1_000_000_000
    buffer: Annotated[Size, Field(ge=1_000_000, le=1_000_000_000)] = 64_000_000


class RetentionSection(Section):
    """Periods that an organisation may shorten, never lengthen beyond their ceiling (`limits`)."""

    footage: Annotated[Duration, AfterValidator(limits.FOOTAGE.hold)] = limits.FOOTAGE.ceiling
    case: Annotated[Duration, AfterValidator(limits.CASE.hold)] = limits.CASE.ceiling


class Config(Section):
    """Everything an organisation may set."""

    state: StateSection = StateSection()
    database: DatabaseSection = DatabaseSection()
    organisation: OrganisationSection = OrganisationSection()
    mail: MailSection = MailSection()
    site: SiteSection = SiteSection()
    visits: VisitsSection = VisitsSection()
    kiosk: KioskSection = KioskSection()
    calamity: CalamitySection = CalamitySection()
    desk: DeskSection = DeskSection()
    recorder: RecorderSection = RecorderSection()
    retention: RetentionSection = RetentionSection()
    cameras: tuple[CameraSection, ...] = Field(default=(CameraSection(name="entree", title="Entree"),), alias="camera")

    @field_validator("cameras")
    @classmethod
    def _one_of_each_name(cls, cameras: tuple[CameraSection, ...]) -> tuple[CameraSection, ...]:
        names = [camera.name for camera in cameras]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two cameras are called {', '.join(twice)}: give each a name of its own")
        return cameras

    @model_validator(mode="after")
    def _a_camera_for_codes_of_its_own(self) -> Self:
        # Linux gives a camera to one program at a time: whichever came second would see nothing, today or tomorrow.
        wanted = self.kiosk.code_camera
        for camera in self.cameras:
            if wanted is not None and camera.enabled and _same_device(wanted, camera.url):
                raise ValueError(
                    f"kiosk.code_camera and [[camera]] {camera.name} are one device, which only one of them can use: "
                    "give the kiosk a camera of its own, or a scanner"
                )
        return self

    def where(self) -> State:
        """The state directory: the file's word, else `$PORTIER_STATE`, else this user's own."""
        chosen = self.state.directory or os.environ.get("PORTIER_STATE") or user_state_path("portier")
        return State(Path(chosen).absolute())

    def database_url(self) -> str:
        """Raises ConfigurationRefused where the file that holds it cannot be read."""
        if self.database.url_file is None:
            return self.database.url or self.where().database_url
        try:
            return self.database.url_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigurationRefused(
                "[database] url_file", ["the file cannot be read: see its path and mode"]
            ) from None


PLACES = (Path("portier.toml"), Path("/etc/portier/portier.toml"))


def find() -> Path | None:
    """The file to read when none is named: `$PORTIER_CONFIG`, `./portier.toml`, `/etc/portier/portier.toml`."""
    named = os.environ.get("PORTIER_CONFIG")
    return Path(named) if named else next((place for place in PLACES if place.exists()), None)


def load(path: Path | None) -> Config:
    """Read the file, or the defaults where there is none.

    Raises ConfigurationRefused with every problem at once.
    """
    if path is None:
        return Config()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationRefused(str(path), [f"it cannot be read: {error}"]) from error
    except RecursionError as error:
        raise ConfigurationRefused(str(path), ["it cannot be read: it is nested too deeply"]) from error
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        # `input` stays out of the sentence: it may be a URL with a password.
        raise ConfigurationRefused(str(path), [sentence(part) for part in error.errors()]) from error


def load_in_force(path: Path | None) -> tuple[Config, ConfigurationRefused | None]:
    """The configuration for what must never stop, and why the file is refused where it is.

    Then the last valid copy is in force, or the defaults where there is none. Raises ConfigurationRefused only where
    nothing is kept yet, so that there is nobody to list and nothing to destroy.
    """
    try:
        config = load(path)
    except ConfigurationRefused as refused:
        directory = _directory_of(path)
        try:
            return load(_copy_in(directory)), refused
        except ConfigurationRefused:
            if not (directory / "keys").exists():
                raise refused from None
            return Config(state=StateSection(directory=directory)), refused
    if path is not None and config.where().directory.exists():
        # On a full or read-only disk the older copy stays.
        with suppress(DiskRefused, OSError):
            _keep_copy(_copy_in(config.where().directory), path.read_bytes())
    return config, None


def _keep_copy(copy: Path, content: bytes) -> None:
    """Written only when it changed: commands are many."""
    if not copy.exists() or copy.read_bytes() != content:
        replace_file(copy, content, 0o600)


def _copy_in(directory: Path) -> Path:
    """One copy for each user: services do not read each other's."""
    return directory / f"configuration-{os.getuid()}.toml"


def _directory_of(path: Path | None) -> Path:
    """The state directory as far as a refused file still tells it."""
    with suppress(OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, AttributeError, TypeError):
        named = tomllib.loads(path.read_text(encoding="utf-8")) if path else {}
        if directory := named.get("state", {}).get("directory"):
            return Path(directory).absolute()
    return Config().where().directory
