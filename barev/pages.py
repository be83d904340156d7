"""The built browser files, served from memory: compressed once, hashed names kept for ever by browsers."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".woff2": "font/woff2",
    ".map": "application/json",
}
_TEXTUAL = {".html", ".js", ".css", ".json", ".svg", ".map"}
_HASHED = re.compile(r"-[A-Za-z0-9]{8}\.\w+$")
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    zipped: bytes | None
    etag: str
    content_type: str


class Pages:
    """A folder of files under an address. ``headers`` go with every answer; unknown names are 404."""

    def __init__(self, folder: Path, headers: dict[str, str]) -> None:
        self._folder = folder.resolve()
        self._headers = {**SECURITY, **headers}
        self._files: dict[str, tuple[int, _File]] = {}

    def answer(self, request: web.Request, name: str) -> web.Response:
        """The file ``name`` below the folder, or 404. Never leaves the folder."""
        found = self._find(name)
        if found is None:
            raise web.HTTPNotFound(text="404: no such page\n", headers=SECURITY)
        lasting = "public, max-age=31536000, immutable" if _HASHED.search(name) else "no-cache"
        headers = {**self._headers, "Cache-Control": lasting, "ETag": found.etag, "Vary": "Accept-Encoding"}
        if request.headers.get("If-None-Match") == found.etag:
            return web.Response(status=304, headers=headers)
        body = found.body
        if found.zipped is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = found.zipped
        charset = "utf-8" if found.content_type.startswith(("text/", "application/json", "image/svg")) else None
        return web.Response(body=body, content_type=found.content_type, charset=charset, headers=headers)

    def _find(self, name: str) -> _File | None:
        try:
            path = (self._folder / name).resolve()
            suffix = path.suffix.lower()
            if not path.is_relative_to(self._folder) or suffix not in _TYPES:
                return None
            changed = path.stat().st_mtime_ns
        except (OSError, ValueError):
            return None
        kept = self._files.get(name)
        if kept is not None and kept[0] == changed:
            return kept[1]
        body = path.read_bytes()
        zipped = gzip.compress(body, 9, mtime=0) if suffix in _TEXTUAL else None
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        found = _File(body, zipped if zipped and len(zipped) < len(body) else None, etag, _TYPES[suffix])
        self._files[name] = (changed, found)
        return found
