"""The privacy statement as the kiosk shows it: plain text for each language, all of one version, checked beforehand.

An organisation puts its own text in the place of the one that comes with Portier: a folder with
`statement.<language>.txt` for each language, or one such file. The first line tells the version, a date or a number.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from retention.base.config import OrganisationSection
from retention.base.errors import ConfigurationRefused

SHIPPED: Final = Path(__file__).parent / "texts"
LONGEST: Final = 40_000
"""Bytes: nobody reads more at a door, and paging through it would never end."""
LONGEST_URL: Final = 200
_NAME = re.compile(r"statement\.([a-z]{2,3})\.txt")
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,4}(?:\.\d{1,3}){0,2}")
_SAFE_FORMAT = "\u200c\u200d\u200e\u200f"  # joiners, and which way a line runs


@dataclass(frozen=True)
class Paragraph:
    """Some sentences of the statement, or the heading over them."""

    text: str
    heading: bool = False


@dataclass(frozen=True)
class Statement:
    """The texts by language, all of one version."""

    version: str
    texts: Mapping[str, tuple[Paragraph, ...]]
    digest: str

    @cached_property
    def mark(self) -> str:
        """What is kept with a visit, so that it can be told later which text its visitor was shown."""
        return f"{self.version} {self.digest[:32]}"

    def language_for(self, language: str) -> str:
        """The language asked for, else English, else the first there is."""
        return next(one for one in (language, "en", *self.texts) if one in self.texts)


def shipped() -> Statement:
    """The text that comes with Portier."""
    return _read(sorted(SHIPPED.glob("statement.*.txt")), "the statement of Portier itself", lambda _: True)


def load(organisation: OrganisationSection, drawable: Callable[[str], bool]) -> Statement:
    """The organisation's own statement, or the one that comes with Portier.

    `drawable` tells whether every letter of a text can be shown. Raises ConfigurationRefused with all problems at once.
    """
    problem = _url_problem(organisation.statement_url)
    if problem:
        raise ConfigurationRefused("[organisation] statement_url", [problem])
    if organisation.statement is None:
        return shipped()
    return _read(_files(organisation.statement), f"[organisation] statement, {organisation.statement},", drawable)


def _files(place: Path) -> list[Path]:
    if not place.is_dir():
        return [place]
    found = sorted(path for path in place.iterdir() if _NAME.fullmatch(path.name))
    if not found:
        raise ConfigurationRefused(
            f"[organisation] statement, {place},",
            ["the folder holds no statement.nl.txt: put in one a language"],
        )
    return found


def _read(files: list[Path], source: str, drawable: Callable[[str], bool]) -> Statement:
    texts: dict[str, tuple[Paragraph, ...]] = {}
    versions: dict[str, str] = {}
    problems: list[str] = []
    total = hashlib.sha256()
    for path in files:
        try:
            raw = _bytes(path)
            language, version, paragraphs = _parsed(path, raw, drawable)
        except ValueError as error:
            problems.append(f"{path.name}: {error}")
            continue
        texts[language], versions[path.name] = paragraphs, version
        total.update(path.name.encode() + b"\0" + hashlib.sha256(raw).digest())
    if len(set(versions.values())) > 1:
        told = ", ".join(f"{name} says {version}" for name, version in versions.items())
        problems.append(f"all languages must be of one version: {told}")
    if problems:
        raise ConfigurationRefused(source, problems)
    return Statement(next(iter(versions.values())), texts, total.hexdigest())


def _bytes(path: Path) -> bytes:
    """The whole of a plain file of bearable size; never one that would not end, as a pipe or a device."""
    try:
        if not path.is_file():
            raise ValueError("this is no file: give a text file, or a folder of them")
        if path.stat().st_size > LONGEST:
            raise ValueError(f"the text is longer than {LONGEST:,} bytes: nobody reads that at a door")
        with path.open("rb") as source:
            return source.read(LONGEST)
    except OSError as error:
        raise ValueError(f"it cannot be read ({error.strerror}): see its path and rights") from error


def _parsed(path: Path, raw: bytes, drawable: Callable[[str], bool]) -> tuple[str, str, tuple[Paragraph, ...]]:
    named = _NAME.fullmatch(path.name)
    if named is None:
        raise ValueError("call it statement.nl.txt, statement.en.txt: its language stands in its name")
    try:
        text = unicodedata.normalize("NFC", raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is no UTF-8: save it as UTF-8 text") from error
    first, _, rest = text.replace("\r\n", "\n").strip().partition("\n")
    version = _VERSION.search(first)
    if version is None or len(first) > 80:
        raise ValueError('the first line tells the version, as "Versie 2026-11-28" or "Version 3"')
    if odd := sorted({f"U+{ord(letter):04X}" for letter in rest if _is_odd(letter)}):
        raise ValueError(f"signs that cannot be seen stand in it ({', '.join(odd[:5])}): take them out")
    paragraphs = tuple(_paragraphs(rest))
    if not paragraphs:
        raise ValueError("no text follows the version: write what is kept, why and for how long")
    if not all(drawable(paragraph.text) for paragraph in paragraphs):
        raise ValueError("some letters have no font on this machine: see the fonts in packages/run.txt")
    return named[1], version[0], paragraphs


def _paragraphs(text: str) -> list[Paragraph]:
    """A blank line or a heading ends a paragraph; a heading begins with "# "."""
    found: list[Paragraph] = []
    lines: list[str] = []

    def end() -> None:
        if words := " ".join(" ".join(lines).split()):
            found.append(Paragraph(words))
        lines.clear()

    for line in text.split("\n"):
        if line.startswith("# "):
            end()
            found.append(Paragraph(" ".join(line[2:].split()), heading=True))
        elif line.strip():
            lines.append(line)
        else:
            end()
    end()
    return [paragraph for paragraph in found if paragraph.text]


def _is_odd(letter: str) -> bool:
    """Controls, overrides of direction, letters of nobody: not what a person wrote to be read."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") and letter not in "\n\t" + _SAFE_FORMAT


def _url_problem(url: str | None) -> str:
    if url is None:
        return ""
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        return f"the address must be one line of at most {LONGEST_URL} letters: its QR code is read from a distance"
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return 'write the address as "https://www.example.nl/privacy"'
    return ""
