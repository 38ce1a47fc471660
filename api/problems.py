"""The error tree → RFC 9457 problem details. One shape for every error that leaves over HTTP.

https://www.rfc-editor.org/rfc/rfc9457
"""

from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from ontology import errors

_STATUS: tuple[tuple[type[errors.VipgrafError], HTTPStatus], ...] = (
    (errors.UpdateRefused, HTTPStatus.FORBIDDEN),
    (errors.InputError, HTTPStatus.BAD_REQUEST),
    (errors.QueryFailed, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.NoRelease, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.VipgrafError, HTTPStatus.INTERNAL_SERVER_ERROR),
)
_TITLES = {
    HTTPStatus.BAD_REQUEST: "Felaktig begäran",
    HTTPStatus.FORBIDDEN: "Inte tillåtet",
    HTTPStatus.NOT_FOUND: "Finns inte",
    HTTPStatus.METHOD_NOT_ALLOWED: "Metoden är inte tillåten",
    HTTPStatus.NOT_ACCEPTABLE: "Inget format passar",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Innehållstypen stöds inte",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Felaktig begäran",
    HTTPStatus.SERVICE_UNAVAILABLE: "Inte tillgängligt just nu",
}
_DETAILS = {
    HTTPStatus.NOT_FOUND: "Adressen finns inte här. Börja på / eller läs /openapi.json.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Här går det bara att läsa. Använd GET eller HEAD.",
}
_RETRY_AFTER_S = "5"


def problem(request: Request, status: HTTPStatus, detail: str, kind: str = "about:blank") -> JSONResponse:
    """A problem+json answer; `instance` is the path alone, since a query string may hold what a person asked."""
    headers = {"Retry-After": _RETRY_AFTER_S} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    return JSONResponse(
        {
            "type": kind,
            "title": _TITLES.get(status, status.phrase),
            "status": status.value,
            "detail": detail,
            "instance": quote(request.url.path),
        },
        status_code=status.value,
        media_type="application/problem+json",
        headers=headers,
    )


def install(app: FastAPI) -> None:
    """Let the app answer every error as a problem."""

    @app.exception_handler(errors.VipgrafError)
    async def _ours(request: Request, error: errors.VipgrafError) -> JSONResponse:
        status = next(status for kind, status in _STATUS if isinstance(error, kind))
        return problem(request, status, str(error), f"urn:vipgraf:problem:{type(error).__name__}")

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        detail = str(error.detail) if str(error.detail) != status.phrase else _DETAILS.get(status, status.phrase)
        answer = problem(request, status, detail)
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'][1:])}: {fault['msg']}" for fault in error.errors()
        )
        return problem(request, HTTPStatus.BAD_REQUEST, f"Parametrarna går inte att använda: {faults}")

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, _error: Exception) -> JSONResponse:
        return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Ett oväntat fel inträffade. Försök igen senare.")
