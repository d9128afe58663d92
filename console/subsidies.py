"""`/subsidies`: the catalogue as it stands in `policy/subsidies`, with status, source and date of check."""

from starlette.responses import Response

from console.routing import Visit, page
from core import subsidy_files


@page("/subsidies")
def subsidies(visit: Visit) -> Response:
    return visit.show("subsidies.html", subsidies=[subsidy_files.raw(path) for path in subsidy_files.files()])
