"""The Bot API's one door: /bot{token}/{method}."""

import json
import re

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from sandbox.lines import Json
from sandbox.telegram.bots import bot_of
from sandbox.telegram.errors import TelegramError, answer, bad
from sandbox.telegram.memory import Bot
from sandbox.telegram.methods import METHODS, unknown_method
from sandbox.world import Here, Upload, World

router = APIRouter(include_in_schema=False)
TOKEN = re.compile(r"^\d+:[A-Za-z0-9_-]{35}$")
JSON_PARAMETERS = {
    "reply_markup",
    "reply_parameters",
    "entities",
    "caption_entities",
    "allowed_updates",
    "commands",
    "link_preview_options",
    "scope",
}


def _bot(world: World, token: str) -> Bot:
    if not TOKEN.match(token):
        raise TelegramError(404, "Not Found")
    for account in world.settings.accounts:
        if account.telegram_bot_token == token:
            return bot_of(world, account)
    raise TelegramError(401, "Unauthorized")


async def _params(request: Request) -> Json:
    """Read parameters from query, form, upload or JSON; nested ones arrive as JSON written into a string."""
    params: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        given = await request.json()
        return params | (given if isinstance(given, dict) else {})
    if request.method == "POST":
        async with request.form() as form:
            for key, value in form.items():
                params[key] = await _upload(value) if isinstance(value, UploadFile) else value
    for key in JSON_PARAMETERS & params.keys():
        try:
            params[key] = json.loads(params[key])
        except (ValueError, TypeError) as problem:
            raise TelegramError(400, f"Bad Request: can't parse {key} JSON object") from problem
    for key, value in params.items():
        if isinstance(value, str) and value.startswith("attach://"):
            params[key] = params.get(value.removeprefix("attach://"), value)
    for key in ("drop_pending_updates", "show_alert"):
        if isinstance(params.get(key), str):
            params[key] = params[key].lower() in {"true", "1"}
    return params


async def _upload(file: UploadFile) -> Upload:
    return Upload(await file.read(), file.content_type or "application/octet-stream", file.filename or "")


@router.api_route("/bot{token}/{method}", methods=["GET", "POST"])
async def call(request: Request, token: str, method: str, world: Here) -> Response:
    """Do what the bot asks."""
    try:
        bot = _bot(world, token)
        perform = METHODS.get(method.lower(), unknown_method)
        return answer(await perform(world, bot, await _params(request)))
    except TelegramError as refused:
        return refused.answer()
    except (ValueError, TypeError, AttributeError):
        return bad("wrong type of a parameter").answer()


@router.get("/file/bot{token}/files/{file_id}")
async def fetch_file(token: str, file_id: str, world: Here) -> Response:
    """Give a file to the bot it belongs to."""
    try:
        _bot(world, token)
    except TelegramError as refused:
        return refused.answer()
    upload = world.uploads.get(file_id)
    if upload is None:
        return TelegramError(404, "Not Found").answer()
    return Response(upload.content, media_type=upload.content_type)
