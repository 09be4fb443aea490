"""The files of a message, kept on Twilio's side and given only to the account that owns them."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.lines import Json
from sandbox.twilio.errors import Caller, message_of, not_found
from sandbox.twilio.messages import MESSAGES
from sandbox.world import Here, World

router = APIRouter(include_in_schema=False)
MEDIA = MESSAGES + "/{sid}/Media"


def _resource(world: World, message: Json, media_sid: str) -> Json:
    upload = world.uploads.get(media_sid)
    return {
        "account_sid": message["account_sid"],
        "content_type": upload.content_type if upload else "",
        "date_created": message["date_created"],
        "date_updated": message["date_updated"],
        "parent_sid": message["sid"],
        "sid": media_sid,
        "uri": f"{message['uri'].removesuffix('.json')}/Media/{media_sid}.json",
    }


@router.get(MEDIA + ".json")
async def list_media(request: Request, sid: str, caller: Caller, world: Here) -> Response:
    """List the files of a message."""
    message = message_of(world, caller, sid, request.url.path)
    files = [_resource(world, message, media_sid) for media_sid in message["_media_sids"]]
    uri = request.url.path
    return JSONResponse(
        {
            "media_list": files,
            "page": 0,
            "page_size": 50,
            "start": 0,
            "end": max(len(files) - 1, 0),
            "first_page_uri": uri,
            "previous_page_uri": None,
            "next_page_uri": None,
            "uri": uri,
        }
    )


@router.get(MEDIA + "/{media_sid}")
async def fetch_media(request: Request, sid: str, media_sid: str, caller: Caller, world: Here) -> Response:
    """Give the file itself, or its description when asked for `.json`."""
    message = message_of(world, caller, sid, request.url.path)
    bare = media_sid.removesuffix(".json")
    upload = world.uploads.get(bare)
    if bare not in message["_media_sids"] or upload is None:
        raise not_found(request.url.path)
    if media_sid.endswith(".json"):
        return JSONResponse(_resource(world, message, bare))
    return Response(upload.content, media_type=upload.content_type)


@router.delete(MEDIA + "/{media_sid}.json")
async def delete_media(request: Request, sid: str, media_sid: str, caller: Caller, world: Here) -> Response:
    """Throw a file away."""
    message = message_of(world, caller, sid, request.url.path)
    if media_sid not in message["_media_sids"]:
        raise not_found(request.url.path)
    message["_media_sids"].remove(media_sid)
    world.uploads.pop(media_sid, None)
    return Response(status_code=204)
