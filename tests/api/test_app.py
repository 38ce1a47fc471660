import dataclasses
import json
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.serving import Serving
from api.settings import Settings
from graph import release


def test_health_and_readiness(client: TestClient, deployment: Settings) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["release"] == release.current(deployment.data).name


def test_openapi_describes_the_interface(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert {"/api/v1/search", "/healthz", "/readyz", "/id/{kind}/{key}", "/doc/{kind}/{key}"} <= set(described["paths"])


def test_nothing_can_be_written(client: TestClient) -> None:
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        for path in ("/api/v1/search", "/id/condition/F32", "/doc/condition/F32", "/"):
            assert client.request(method, path).status_code == 405


@pytest.mark.slow
def test_a_server_without_release_says_so_and_takes_the_first_one_up(
    tmp_path_factory: object, deployment: Settings, tmp_path: object
) -> None:
    import dataclasses
    import shutil
    import time
    from pathlib import Path

    from api.app import create_app

    settings = dataclasses.replace(deployment, data=Path(str(tmp_path)) / "data")
    with TestClient(create_app(settings), raise_server_exceptions=False) as fresh:
        answer = fresh.get("/readyz")
        assert answer.status_code == 503
        assert "vipgraf publish" in answer.json()["detail"]
        assert fresh.get("/healthz").status_code == 200
        shutil.copytree(deployment.data, settings.data)
        deadline = time.monotonic() + 30
        while fresh.get("/readyz").status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert fresh.get("/api/v1/search", params={"q": "adhd"}).json()["total"] > 0


def test_head_answers_as_get_less_the_body(client: TestClient) -> None:
    for path in ("/", "/?q=adhd", "/api/v1/search?q=adhd", "/healthz", "/readyz", "/sparql?query=ASK%7B%7D"):
        get, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == get.headers["content-type"]


def test_other_sites_may_read(client: TestClient) -> None:
    for path in ("/api/v1/search?q=adhd", "/doc/condition/F32", "/sparql?query=ASK%7B%7D", "/doc/condition/nope"):
        assert client.get(path, headers={"Origin": "https://example.org"}).headers["access-control-allow-origin"] == "*"


@pytest.mark.slow
def test_a_release_that_cannot_be_used_leaves_the_former_one_serving(deployment: Settings, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(deployment.data, data)
    settings = dataclasses.replace(deployment, data=data)
    good = release.current(data)
    for name, harm in (("99990101-a", "index/windows.npy"), ("99990101-b", "index/lexical/meta.json")):
        shutil.copytree(good.path, data / "releases" / name)
        manifest = json.loads((good.path / "manifest.json").read_text())
        (data / "releases" / name / "manifest.json").write_text(json.dumps(manifest | {"name": name}))
        (data / "releases" / name / harm).unlink()
    serving = Serving(settings)
    serving.start()
    try:
        for name in ("99990101-a", "99990101-b"):
            release.activate(data, name)
            serving._look()
            assert serving.served().release.name == good.name
        assert not (data / "releases" / "99990101-b" / "index" / "lexical" / "meta.json").exists()
    finally:
        serving.stop()
