"""The front end as it was built: scripts, styles, fonts and the offline map, with their lasting addresses."""

from __future__ import annotations

import gzip
import json
import mimetypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

STATIC = Path(__file__).parent / "static"
BUILT = STATIC / "dist"
BASEMAP = STATIC / "basemap"

FOREVER = "public, max-age=31536000, immutable"
"""A file that changes gets another name."""

FOR_A_DAY = "public, max-age=86400"

COMPRESSED = frozenset({".js", ".css", ".svg", ".json"})
"""Kinds of files that become smaller."""

blueprint = Blueprint("bundle", __name__, url_prefix="/static")


_FONT = "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a page loads.

    Attributes:
        scripts: Addresses of modules.
        shared: Addresses of the modules that these load, so that the browser need not wait to know them.
        styles: Addresses of style sheets.
        font: Address of the font; texts that are written in another one first would move.
    """

    scripts: tuple[str, ...]
    shared: tuple[str, ...]
    styles: tuple[str, ...]
    font: str


Chunk = Mapping[str, list[str]]


@cache
def entry(name: str) -> Entry:
    """Return what an entry such as ``asset`` needs, beside what all pages need."""
    manifest = json.loads((BUILT / "manifest.json").read_text())
    wanted = [manifest["src/frame.ts"]]
    if name != "frame":
        wanted.append(manifest[f"src/{name}.ts"])
    shared = [manifest[each] for chunk in wanted for each in _imports(manifest, chunk)]
    styles = [style for chunk in (*wanted, *shared) for style in chunk.get("css", [])]
    return Entry(
        _addresses(chunk["file"] for chunk in wanted),
        _addresses(chunk["file"] for chunk in shared),
        _addresses(styles),
        _address(manifest[_FONT]["file"]),
    )


def _imports(manifest: Mapping[str, Chunk], chunk: Chunk) -> list[str]:
    """Return the names of all chunks that one loads, however indirectly."""
    direct = chunk.get("imports", [])
    return [name for each in direct for name in (*_imports(manifest, manifest[each]), each)]


def _addresses(files: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_address(file) for file in files))


def _address(file: str) -> str:
    return f"/static/dist/{file}"


@blueprint.get("/dist/<path:name>")
def built(name: str) -> ResponseReturnValue:
    """Answer a file of the build."""
    return _answer(BUILT, name, FOREVER)


@blueprint.get("/icon.svg")
def icon() -> ResponseReturnValue:
    """Answer the sign of the platform."""
    return _answer(STATIC, "icon.svg", FOR_A_DAY)


@blueprint.get("/basemap/<name>.json")
def basemap(name: str) -> ResponseReturnValue:
    """Answer a cell of the offline map; there is nothing where there is only sea."""
    path = BASEMAP / f"{name}.json.gz"
    if path.parent != BASEMAP or not path.is_file():
        return Response(status=204, headers={"Cache-Control": FOR_A_DAY})
    response = Response(path.read_bytes(), mimetype="application/json")
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = FOR_A_DAY
    return response


def _answer(folder: Path, name: str, lasting: str) -> Response:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        abort(404)
    small = path.suffix in COMPRESSED and request.accept_encodings["gzip"] > 0
    response = Response(_compressed(path) if small else path.read_bytes())
    response.mimetype = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if small:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = lasting
    return response


@cache
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)
