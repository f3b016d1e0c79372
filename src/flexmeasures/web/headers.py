"""What every answer says beside its body: version, protection of pages, rights of other origins."""

from __future__ import annotations

from flask import Flask, Response, redirect, request
from flask_cors import CORS
from werkzeug.wrappers import Response as AnyResponse

MAPBOX = "https://api.mapbox.com"
"""Where tiles of maps come from, for operators who have a token for them."""

_PROTECTION = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_ONE_YEAR = "max-age=31536000"
_HEALTH = ("/api/ops/ping", "/api/v3_0/health/ready")


def content_policy(*pictures_from: str) -> str:
    """Return the policy of what a page may load: only what comes from here, and pictures of some origins."""
    pictures = " ".join(("img-src 'self' data:", *pictures_from))
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; {pictures}; font-src 'self';"
        " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    )


def set_up_headers(app: Flask, version: str) -> None:
    """Add headers to all answers of a web application, and send its visitors to TLS in production."""
    policy = content_policy(*([MAPBOX] if app.config.get("MAPBOX_ACCESS_TOKEN") else []))
    protection = {"Content-Security-Policy": policy, **_PROTECTION}

    def add_headers(response: Response) -> Response:
        for name, value in protection.items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/api"):
            response.headers["FlexMeasures-Version"] = version
        return response

    app.after_request(add_headers)
    if app.config.get("FLEXMEASURES_ENV") == "production" or app.config.get("FLEXMEASURES_FORCE_HTTPS"):
        app.before_request(_to_tls)
        app.after_request(_stay_with_tls)
    if app.config.get("CORS_ORIGINS"):
        CORS(app)


def _to_tls() -> AnyResponse | None:
    """Redirect a request that came in clear text; the proxy in front may say that it did not."""
    if _is_secure() or request.path in _HEALTH:
        return None
    return redirect(request.url.replace("http://", "https://", 1), 308)


def _stay_with_tls(response: Response) -> Response:
    if _is_secure():
        response.headers.setdefault("Strict-Transport-Security", _ONE_YEAR)
    return response


def _is_secure() -> bool:
    return request.is_secure or request.headers.get("X-Forwarded-Proto", "") == "https"
