"""`portier retention sign`: the sign that hangs beside a camera."""

from pathlib import Path

import click

from retention.base.command import Office, pass_office
from retention.base.output import put


@click.command("sign")
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The PDF to write.")
@pass_office
def sign(office: Office, language: str, output: Path) -> None:
    """The camera sign as PDF: a page to be read from two metres, and a page with all information."""
    from retention.sign import sign as make  # noqa: PLC0415 - it loads Typst, which other commands do without

    put(make(office.config, language, office.clock.now()), output)
