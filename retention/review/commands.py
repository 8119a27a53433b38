"""`portier audit review`: a month of the trail, as the privacy officer reads it."""

import json
from pathlib import Path

import click

from retention.base.command import Office, pass_office
from retention.base.output import FORMS, form_for, put, refuse_inside
from retention.review.month import Month
from retention.review.sheet import as_data, text
from retention.review.signing import NoTrail, Reviews
from retention.review.words import ReviewWords


@click.command("review")
@click.option("--month", help="As 2027-03; the last one that is over when it is left out.")
@click.option("--format", "form", type=click.Choice(FORMS), help="Else as the file's name ends; else text.")
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of standard output.")
@pass_office
def review(office: Office, month: str | None, form: str | None, language: str, output: Path | None) -> int:
    """What stands out in a month of the trail, and why; 70 where the trail is broken. Signed off at the desk."""
    refuse_inside(office.state, output)
    reviews = Reviews(office.state, office.config, office.clock)
    wanted = Month.parse(month) if month else reviews.last_over()
    try:
        reviews.must_reach(wanted)
    except NoTrail as error:
        raise NoTrail(ReviewWords(language, office.config.site.zone).say(str(error))) from error
    seen = reviews.of(wanted)
    signature = next((one.signature for one in reviews.months() if one.month == wanted), None)
    form = form_for(form, output)
    if form == "json":
        made = json.dumps(as_data(seen, signature), ensure_ascii=False, indent=2).encode() + b"\n"
    elif form == "pdf":
        from retention.review.paper import paper  # noqa: PLC0415 - it loads Typst, which the others do without

        made = paper(seen, signature, office.config, language, office.clock.now())
    else:
        made = "".join(f"{line}\n" for line in text(seen, signature, office.config, language)).encode()
    put(made, output)
    return 70 if seen.problems else 0
