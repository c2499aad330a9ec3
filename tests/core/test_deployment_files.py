"""Dockerfile, Compose and .env.example, as far as they can be checked without a container engine."""

import re
import shlex
from typing import Any

import pytest
import yaml

from core.processes import BEAT_STATE, COMMANDS
from reporting.demo.people import PASSWORD, SIGN_INS
from tests.servers import ROOT
from tools.bootstrap import DEV_PACKAGES, RUN_PACKAGES

APP = ("web", "worker", "beat", "migrate")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


@pytest.fixture(scope="module")
def dockerfile() -> list[list[str]]:
    """The instructions, continuation lines joined."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    return [line.split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def test_compose_runs_the_five_processes(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*APP, "db", "redis"}
    assert {compose["services"][name]["image"] for name in APP} == {"pmo:${PMO_VERSION:-latest}"}


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_compose_runs_what_make_run_runs(compose: dict[str, Any], name: str) -> None:
    extra = ["--schedule", f"/srv/pmo/var/{BEAT_STATE}"] if name == "beat" else []
    assert compose["services"][name]["command"] == COMMANDS[name] + extra


def test_every_lasting_service_has_a_health_check(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name != "migrate":
            assert service["healthcheck"]["test"], name
            assert service["restart"] == "unless-stopped", name


def test_services_wait_for_what_they_need(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        needs = compose["services"][name]["depends_on"]
        assert needs["migrate"]["condition"] == "service_completed_successfully"
        assert needs["redis"]["condition"] == "service_healthy"
    assert compose["services"]["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"


def test_state_is_on_volumes(compose: dict[str, Any]) -> None:
    used = {volume.split(":")[0] for service in compose["services"].values() for volume in service.get("volumes", [])}
    assert used == set(compose["volumes"])


def test_containers_have_few_rights(compose: dict[str, Any]) -> None:
    for name in APP:
        service = compose["services"][name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "privileged" not in service
    for name, service in compose["services"].items():
        for port in service.get("ports", []):
            assert (name, port.startswith("${BIND_ADDRESS:-127.0.0.1}:")) == ("web", True)


def test_no_secret_is_written_down(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for key, value in service.get("environment", {}).items():
            if re.search("SECRET|PASSWORD", key):
                assert re.fullmatch(r"\$\{\w+:\?.+\}", value), f"{name}: {key} must come from the environment"
    example = (ROOT / ".env.example").read_text()
    assert re.search(r"^SECRET_KEY=$", example, re.M)
    assert re.search(r"^POSTGRES_PASSWORD=$", example, re.M)


def test_image_runs_as_an_ordinary_user(dockerfile: list[list[str]]) -> None:
    users = [rest for word, rest in dockerfile if word == "USER"]
    assert users[-1] == "pmo"
    last_user = max(index for index, (word, _rest) in enumerate(dockerfile) if word == "USER")
    after = {word for word, _rest in dockerfile[last_user:]}
    assert not after & {"RUN", "COPY", "ADD"}


def test_image_installs_locked_packages_in_stages(dockerfile: list[list[str]]) -> None:
    stages = [rest for word, rest in dockerfile if word == "FROM"]
    assert len(stages) == 2
    runs = " ".join(rest for word, rest in dockerfile if word == "RUN")
    assert "--require-hashes -r /tmp/requirements.txt" in runs
    for package in RUN_PACKAGES[1:]:
        assert package[2] in runs, f"{package[2]} is needed at run time"


def test_image_starts_what_compose_starts(dockerfile: list[list[str]], compose: dict[str, Any]) -> None:
    command = next(rest for word, rest in dockerfile if word == "CMD")
    assert yaml.safe_load(command) == compose["services"]["web"]["command"]
    assert any(word == "HEALTHCHECK" and "core.probe" in rest for word, rest in dockerfile)


def test_image_leaves_out_what_is_private() -> None:
    ignored = set((ROOT / ".dockerignore").read_text().split())
    assert {".git", ".env", "var", ".venv"} <= ignored


def test_image_keeps_no_secret_in_its_environment(dockerfile: list[list[str]]) -> None:
    for word, rest in dockerfile:
        if word in {"ENV", "ARG"}:
            assert not re.search("SECRET|PASSWORD|DATABASE_URL|EMAIL_URL", rest)


def test_every_variable_is_in_the_example() -> None:
    example = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    sources = [
        ROOT / "pmo/settings.py",
        ROOT / "pmo/gunicorn.py",
        ROOT / "core/supervisor.py",
        *(ROOT / "core/embedded").glob("*.py"),
    ]
    pattern = r"(?:env\.\w+|environ\.get)\(\s*\"([A-Z_]+)\""
    read = {name for path in sources for name in re.findall(pattern, path.read_text())}
    assert read <= example, f"Missing in .env.example: {sorted(read - example)}"
    compose = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text())) - {"PMO_VERSION", "BIND_ADDRESS"}
    assert compose <= example, f"Missing in .env.example: {sorted(compose - example)}"


def test_readme_names_the_demo_sign_ins() -> None:
    text = (ROOT / "README.md").read_text()
    assert PASSWORD in text
    assert [email for email in SIGN_INS if email not in text] == []


def test_readme_names_the_commands_and_system_packages() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text().splitlines()[:30])
    assert "make run" in first_screen
    assert "make test" in first_screen
    for package in [*RUN_PACKAGES, *DEV_PACKAGES]:
        assert package[2] in first_screen, package[2]
    build = (ROOT / ".ci/run").read_text()
    for package in [*RUN_PACKAGES, *DEV_PACKAGES]:
        assert package[2] in shlex.split(build.replace("\\\n", " "), comments=True), package[2]
    assert build.rstrip().endswith("make -s check\nmake test")


def test_image_can_back_up_the_server_of_compose(dockerfile: list[list[str]], compose: dict[str, Any]) -> None:
    """pg_dump refuses a server that is newer than itself."""
    server = re.search(r"postgres:(\d+)", compose["services"]["db"]["image"])
    assert server
    assert f"postgresql-client-{server[1]}" in " ".join(rest for word, rest in dockerfile if word == "RUN")
