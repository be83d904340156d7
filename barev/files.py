"""``/files/ID/SIGNATURE/NAME``: a file of the talk, for whoever was shown the message it goes with."""

from urllib.parse import quote

from aiohttp import hdrs, web

from barev.settings import Settings, SettingsError
from business.files.kinds import GROUPS, SHOWN
from business.files.service import FileLimits, TalkFiles
from conversation.errors import Rejected, Unavailable
from conversation.links import FileLinks
from crm_store.engine import Store

_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'"
_PDF = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
"""Without ``sandbox``, in which browsers show no PDF; their viewers keep its scripts from everything of ours."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",  # pictures stand in widgets on other sites
    "Referrer-Policy": "no-referrer",
    hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*",
    hdrs.CACHE_CONTROL: "private, max-age=3600",
}
_GONE = {**_HEADERS, hdrs.CACHE_CONTROL: "no-store"}


def make_files(settings: Settings, store: Store, secret: bytes) -> tuple[TalkFiles, FileLinks]:
    """The files of a store and data folder, and their addresses. Raises SettingsError for a kind that is none."""
    given = settings.files
    groups = [group for group in GROUPS if group in given.kinds]
    if len(groups) != len(set(given.kinds)):
        raise SettingsError(f"files.kinds: {', '.join(given.kinds)}: take some of {', '.join(GROUPS)}")
    limits = FileLimits(
        file_mb=given.file_limit_mb,
        daily_mb=given.daily_limit_mb,
        keep_free_mb=given.keep_free_mb,
        at_once=given.at_once,
        unsent_hours=given.unsent_hours,
        stall_s=given.stall_s,
        groups=groups,
    )
    return TalkFiles(store, settings.data_dir, limits), FileLinks(secret, given.link_days)


def add_files(app: web.Application, files: TalkFiles, links: FileLinks) -> None:
    """Registers the address."""

    async def serve(request: web.Request) -> web.StreamResponse:
        file_id, signature = request.match_info["id"], request.match_info["signature"]
        if len(file_id) > 15 or not links.holds(int(file_id), signature):
            raise web.HTTPNotFound(text="404: no such file\n", headers=_GONE)
        try:
            stored, path = await files.find_stored(int(file_id))
        except Rejected as error:
            raise web.HTTPNotFound(text="404: no such file\n", headers=_GONE) from error
        except Unavailable as error:
            raise web.HTTPServiceUnavailable(
                text="503: the file cannot be had just now\n",
                headers={**_GONE, hdrs.RETRY_AFTER: str(round(error.retry_after_s or 1))},
            ) from error
        shown = stored.attachment.mime in SHOWN and "save" not in request.query
        plain = stored.attachment.name.encode("ascii", "replace").decode().replace("?", "_")
        disposition = f'{"inline" if shown else "attachment"}; filename="{plain}"'
        disposition += f"; filename*=UTF-8''{quote(stored.attachment.name, safe='')}"
        mime = stored.attachment.mime
        headers = {
            **_HEADERS,
            hdrs.CONTENT_TYPE: f"{mime}; charset=utf-8" if mime == "text/plain" else mime,
            hdrs.CONTENT_DISPOSITION: disposition,
            "Content-Security-Policy": _PDF if mime == "application/pdf" else _SANDBOX,
        }
        return web.FileResponse(path, headers=headers)

    app.router.add_get(r"/files/{id:\d+}/{signature}/{name:.*}", serve)
