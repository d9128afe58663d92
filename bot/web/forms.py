"""Two pages of one person each, opened by a link from the chat: the ID number given, a copy of the data fetched.

Neither a name nor a number stands in their addresses, in what they show or in their errors.
"""

import json
from collections.abc import Callable
from html import escape
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.web import page
from core import copies, db, idforms
from core.errors import Invalid, NotFound
from core.responses import text

LONGEST = 64
WORDS = {
    "zh": {
        "title": "消息", "id": "身份证号", "id_words": "号码加密存好，只用来核对和申请。这个网页只能用一次。", "id_label": "18 位身份证号",
        "id_send": "存好", "kept": "收好了", "kept_words": "可以关掉这个网页，回到聊天里。", "copy": "我的资料",
        "copy_words": "点一下就下载。文件里有你的资料，别放在别人的手机上。只能取一次。", "copy_fetch": "下载",
        "gone": "打不开了", "later": "没存上", "later_words": "等一会儿，再点一次。",
    },
    "en": {
        "title": "Messages", "id": "ID number", "id_words": "The number is kept encrypted, for checks and claims only. This page works once.",
        "id_label": "ID number, 18 figures", "id_send": "Keep it", "kept": "Kept", "kept_words": "You can close this page and go back to the chat.",
        "copy": "My data", "copy_words": "One tap downloads it. Your data is in the file: keep it off other people's phones. It works once.",
        "copy_fetch": "Download", "gone": "This page is closed", "later": "Not kept", "later_words": "Please wait a moment and tap again.",
    },
}  # fmt: skip


def _page(language: str, heading: str, words: str, form: str = "", status: int = 200) -> Response:
    """A page in the chat's clothes; `heading` and `words` are keys of WORDS or plain sentences."""
    known = WORDS[language]
    lang = "zh-CN" if language == "zh" else "en"
    values = {
        "lang": lang,
        "title": known["title"],
        "heading": known.get(heading, heading),
        "words": known.get(words, words),
    }
    return HTMLResponse(page.html("form.html", **{k: escape(v) for k, v in values.items()}, form=form), status)


def _language(request: Request) -> str:
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "zh"


def _gone(language: str) -> Response:
    return _page(language, "gone", text("utter_link_gone", language), status=404)


def _id_form(language: str, wrong: str = "") -> str:
    known = WORDS[language]
    return (
        f'<form method="post"><label for="number">{escape(known["id_label"])}</label>'
        '<input id="number" name="number" autocomplete="off" autocapitalize="characters" spellcheck="false" '
        f'maxlength="24" required autofocus aria-describedby="said"><p id="said" role="alert">{escape(wrong)}</p>'
        f'<button class="strong">{escape(known["id_send"])}</button></form>'
    )


async def id_form(request: Request) -> Response:
    """`GET /id/<token>`."""
    known = await db.read(idforms.resolve, request.path_params["token"])
    if known is None:
        return _gone(_language(request))
    return _page(known.language, "id", "id_words", _id_form(known.language))


async def give_id(request: Request) -> Response:
    """`POST /id/<token>`: the number is sealed, the link closed."""
    token = request.path_params["token"]
    known = await db.read(idforms.resolve, token)
    if known is None:
        return _gone(_language(request))
    async with request.form(max_files=0, max_fields=4) as form:
        number = str(form.get("number", ""))[:LONGEST]
    try:
        await db.write(idforms.submit, token, number)
    except Invalid as error:
        wrong = text(error.response, known.language, **error.values)
        return _page(known.language, "id", "id_words", _id_form(known.language, wrong), 400)
    return _page(known.language, "kept", "kept_words")


async def copy_page(request: Request) -> Response:
    """`GET /copy/<token>`: a button; who only looks at the link uses nothing up."""
    language = await db.read(copies.resolve, request.path_params["token"])
    if language is None:
        return _gone(_language(request))
    button = f'<form method="post"><button class="strong">{escape(WORDS[language]["copy_fetch"])}</button></form>'
    return _page(language, "copy", "copy_words", button)


async def copy(request: Request) -> Response:
    """`POST /copy/<token>`: the file, once."""
    try:
        found: dict[str, Any] = await db.write(copies.fetch, request.path_params["token"])
    except NotFound:
        return _gone(_language(request))
    headers = {"Content-Disposition": 'attachment; filename="data.json"'}
    return Response(json.dumps(found, ensure_ascii=False, indent=1), media_type="application/json", headers=headers)


def _readable(endpoint: Callable) -> Callable:
    """A page also when the database is away."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except SQLAlchemyError:
            return _page(_language(request), "later", "later_words", status=503)

    return answered


def routes() -> list[Route]:
    """The two pages and what they send."""
    return [
        Route("/id/{token}", _readable(id_form)),
        Route("/id/{token}", _readable(give_id), methods=["POST"]),
        Route("/copy/{token}", _readable(copy_page)),
        Route("/copy/{token}", _readable(copy), methods=["POST"]),
    ]
