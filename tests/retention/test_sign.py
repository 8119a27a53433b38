"""The camera sign: two pages, what must stand on them, and refused where it would name nobody."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner

from retention.base.command import Office
from retention.base.config import Config
from retention.base.errors import ConfigurationRefused
from retention.commands import retention
from retention.sign import sign
from tests.support.clock import ManualClock
from tests.support.state import make_config

NOW = datetime(2027, 3, 2, tzinfo=UTC)
ORGANISATION = {
    "name": "Stichting De Brug",
    "privacy_officer": "Anja Visser, 030 123 45 67",
    "statement_url": "https://brug.example/privacy",
}


def named(tmp_path: Path, **organisation: str) -> Config:
    return make_config(tmp_path, organisation=ORGANISATION | organisation)


def pages(config: Config, language: str) -> list[str]:
    reader = pypdf.PdfReader(BytesIO(sign(config, language, NOW)))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    return [" ".join(page.extract_text().split()) for page in reader.pages]


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("nl", ("Hier hangen camera’s", "4 dagen", "Geen geluid"), ("gerechtvaardigd belang", "vier weken", "6 weken")),
        ("en", ("Cameras record here", "4 days", "No sound"), ("legitimate interest", "four weeks", "6 weeks")),
    ],
)
def test_each_layer_is_a_page_and_says_what_it_must(
    tmp_path: Path, language: str, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    layers = pages(named(tmp_path), language)
    assert len(layers) == 2
    for wanted in (*first, "Stichting De Brug", "Anja Visser", "brug.example/privacy"):
        assert wanted in layers[0]
    for wanted in (*second, "Autoriteit Persoonsgegevens"):
        assert wanted in layers[1]


def test_the_period_is_that_of_the_rules(tmp_path: Path) -> None:
    config = make_config(tmp_path, organisation=ORGANISATION, retention={"footage": "2 days"})
    assert "2 dagen. Dan worden" in pages(config, "nl")[0]


def test_long_names_stay_on_their_page(tmp_path: Path) -> None:
    config = named(
        tmp_path,
        name="Stichting voor Ondersteuning en Dagbesteding Noord-Veluwe",
        privacy_officer="Mevrouw A. M. van den Berg-Janssen, functionaris gegevensbescherming, 030 123 45 67, "
        "functionaris.gegevensbescherming@ondersteuning-noord-veluwe.example, Postbus 12345, 3500 AA Utrecht",
        statement_url="https://www.ondersteuning-noord-veluwe.example/over-ons/privacy/verklaring/2027",
    )
    assert [len(pages(config, language)) for language in ("nl", "en")] == [2, 2]


def test_masks_are_told_of_only_where_there_are_any(tmp_path: Path) -> None:
    assert "zwart gemaakt" not in pages(named(tmp_path), "nl")[1]
    camera = [{"name": "entree", "mask": [[[0, 0], [0.5, 0], [0.5, 0.5]]]}]
    config = make_config(tmp_path, organisation=ORGANISATION, camera=camera)
    assert "zwart gemaakt" in pages(config, "nl")[1]


def test_without_a_statement_the_sign_points_to_reception(tmp_path: Path) -> None:
    config = make_config(tmp_path, organisation={"name": "De Brug", "privacy_officer": "Anja"})
    assert "bij de receptie" in pages(config, "nl")[0]


def test_a_sign_that_would_name_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        sign(make_config(tmp_path), "nl", NOW)
    assert len(refused.value.problems) == 2


def test_the_command_writes_it(tmp_path: Path, clock: ManualClock) -> None:
    config, out = named(tmp_path / "state"), tmp_path / "sign.pdf"
    office = Office(config, config.where(), clock)
    words = ["sign", "--language", "en", "--output", str(out)]
    result = CliRunner().invoke(retention, words, obj=office, standalone_mode=False)
    assert result.exception is None
    assert out.read_bytes().startswith(b"%PDF")
