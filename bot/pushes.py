"""Tells the caseworkers' own chat of new cases: a Telegram chat, or a group robot's webhook (WeCom, DingTalk, Feishu)."""

from urllib.parse import urlsplit

import httpx
import telegram

from core import db, pushes
from core.config import settings

WAIT = 10.0


def robot_message(url: str, text: str) -> dict:
    """The body that the robot behind `url` takes; Feishu has a shape of its own."""
    host = urlsplit(url).hostname or ""
    if host.endswith(("feishu.cn", "larksuite.com")):
        return {"msg_type": "text", "content": {"text": text}}
    return {"msgtype": "text", "text": {"content": text}}


async def _to_robot(client: httpx.AsyncClient, url: str, text: str) -> None:
    answer = await client.post(url, json=robot_message(url, text))
    answer.raise_for_status()
    told = answer.json()
    # A robot answers 200 to what it refuses; zero is the only yes.
    if told.get("errcode", told.get("code", 0)) != 0:
        raise RuntimeError(f"robot refused: {told.get('errcode', told.get('code'))}")


async def _to_telegram(text: str) -> None:
    known = settings()
    async with telegram.Bot(known.telegram_token, base_url=f"{known.telegram_api_base.rstrip('/')}/bot") as bot:
        await bot.send_message(known.telegram_caseworker_chat, text)


async def tell(client: httpx.AsyncClient, push: pushes.Push) -> str | None:
    """Tell every chat that is set of one case; None, or why one of them was not told (a class name, no addresses)."""
    known = settings()
    try:
        if known.caseworker_webhook:
            await _to_robot(client, known.caseworker_webhook, push.text)
        if known.telegram_caseworker_chat and known.telegram_token:
            await _to_telegram(push.text)
    except (httpx.HTTPError, telegram.error.TelegramError, RuntimeError, ValueError) as error:
        return type(error).__name__
    return None


async def run_once() -> int:
    """Tell of every case that is due; returns how many were told. Without a chat to tell, nothing is marked as told."""
    known = settings()
    if not (known.caseworker_webhook or (known.telegram_caseworker_chat and known.telegram_token)):
        return 0
    told = 0
    async with httpx.AsyncClient(timeout=WAIT) as client:
        for push in await db.read(pushes.due):
            error = await tell(client, push)
            await db.write(pushes.done, push.case_id, error)
            told += error is None
    return told
