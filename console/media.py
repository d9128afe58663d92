"""Files that workers sent in a chat: a photo of a pay slip, a voice message. Handed over for saving, never run here."""

import filetype
from starlette.responses import FileResponse, Response

from console import access
from console.routing import Visit, page
from core import media
from core.errors import NotFound


@page("/media/{media_id:int}")
def file(visit: Visit, media_id: int) -> Response:
    """The file under a name that says what it is; 404 also while it is still on its way from Telegram."""
    row = access.media(visit.s, visit.user, media_id)
    path = media.path_of(row)
    if path is None:
        raise NotFound("file")
    known = filetype.get_type(row.content_type)
    name = f"{row.kind}-{row.id}.{known.extension if known else 'bin'}"
    return FileResponse(path, media_type=row.content_type, filename=name)
