"""`/subsidies`: the catalogue as it stands in `policy/subsidies`, with status, source and date of check."""

from ruamel.yaml import YAML
from starlette.responses import Response

from console.routing import Visit, page
from core.config import ROOT


@page("/subsidies")
def subsidies(visit: Visit) -> Response:
    files = sorted((ROOT / "policy/subsidies").glob("*.yml"))
    return visit.show("subsidies.html", subsidies=[YAML(typ="safe").load(f.read_text("utf-8")) for f in files])
