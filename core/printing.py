"""What is printed: the QR code of the chat's address."""

import io

import segno

from core.config import settings


def chat_address() -> str:
    """Address of the chat page that stands on a slip."""
    return settings().base_url


def qr_svg(address: str = "") -> str:
    """An SVG of the address (the chat's own by default), without colours or sizes of its own but a view box."""
    out = io.BytesIO()
    segno.make(address or chat_address(), error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, dark="#000", nl=False
    )
    return out.getvalue().decode()
