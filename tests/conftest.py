"""Fixtures of every test: the cast. Servers, mail and workers come from tests/servers.py (a plugin, see pyproject.toml)."""

pytest_plugins = ["tests.cast"]
