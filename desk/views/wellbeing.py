"""/healthz for people and monitors, /metrics for Prometheus, and what a colleague is told on the first page.

None of them holds a name; the first two ask for no log-in.
"""

import re
from collections.abc import Iterator

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from starlette.responses import JSONResponse, Response

from desk.figures import gauges
from desk.pages import page
from desk.parts import Inside, parts
from desk.wellbeing import IN_DANGER, STALE, Condition, conditions
from retention.base.health import Problem, reports

router = APIRouter()


@router.get("/healthz")
def healthz(request: Request) -> Response:
    """503 when a promise is in danger; says which, and what to do."""
    services = _conditions(request)
    well = all(service.well for service in services)
    content = {
        "well": well,
        "in_danger": sorted({problem.promise for service in services for problem in service.problems}),
        "services": {service.service: _plain(service) for service in services},
    }
    return JSONResponse(content, 200 if well else 503)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    registry = CollectorRegistry(auto_describe=False)
    cameras = [camera.name for camera in parts(request).office.config.cameras]
    registry.register(_Figures(_conditions(request), cameras))
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/wellbeing")
def show(request: Request, staff: Inside) -> Response:
    """The part of the first page that says what is not well; empty when all is."""
    return page(request, "wellbeing.html", concerns=concerns(request), in_danger=IN_DANGER)


def concerns(request: Request) -> list[Problem]:
    """Every problem of every service that is not told on every page anyhow, the gravest promise first."""
    found = [problem for service in _conditions(request) for problem in service.problems if not problem.everywhere]
    return sorted(found, key=lambda problem: problem.promise)


def recorder_figures(request: Request) -> dict[str, float]:
    """What the recorder measured last; nothing when it has fallen silent."""
    recorder = next(one for one in _conditions(request) if one.service == "recorder")
    return recorder.figures if recorder.age is not None and abs(recorder.age) <= STALE else {}


def _conditions(request: Request) -> list[Condition]:
    office = parts(request).office
    return conditions(reports(office.state), office.clock.now())


def _plain(service: Condition) -> dict[str, object]:
    return {
        "well": service.well if service.here or service.problems else None,
        "here": service.here,
        "seconds_since_report": round(service.age.total_seconds(), 1) if service.age is not None else None,
        "problems": [{"promise": problem.promise, "message": problem.message} for problem in service.problems],
        "figures": service.figures,
    }


class _Figures:
    """The conditions as Prometheus gauges."""

    def __init__(self, services: list[Condition], cameras: list[str]) -> None:
        self._services, self._cameras = services, cameras

    def collect(self) -> Iterator[Metric]:
        well = GaugeMetricFamily("portier_service_well", "1 when the service has no problem.", labels=["service"])
        age = GaugeMetricFamily("portier_report_age_seconds", "Since the service's last report.", labels=["service"])
        danger = GaugeMetricFamily("portier_problems", "Problems, by promise in danger.", labels=["service", "promise"])
        figures = GaugeMetricFamily("portier_figure", "What services measure.", labels=["service", "figure"])
        named = dict[str, GaugeMetricFamily]()
        for service in self._services:
            if service.here or service.problems:
                well.add_metric([service.service], float(service.well))
            if service.age is not None:
                age.add_metric([service.service], service.age.total_seconds())
            for promise in sorted({problem.promise for problem in service.problems}):
                count = sum(problem.promise == promise for problem in service.problems)
                danger.add_metric([service.service, promise], count)
            for one in gauges(service.figures, self._cameras) if service.service == "recorder" else []:
                labels = ["camera"] if one.camera else []
                family = named.setdefault(one.name, GaugeMetricFamily(one.name, one.help, labels=labels))
                family.add_metric([one.camera] if one.camera else [], one.value)
            for name, value in service.figures.items():
                figures.add_metric([service.service, re.sub(r"\W+", "_", name)], value)
        yield from (well, age, danger, figures, *named.values())
