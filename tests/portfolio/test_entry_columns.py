"""Every register answers whatever columns are chosen: none at all, the usual ones, each alone, all."""

import pytest
from django.urls import reverse

from portfolio.registers import KINDS
from portfolio.views.raid_lists import REGISTERS
from tests import factories


@pytest.mark.parametrize("kind", list(KINDS))
def test_register_answers_with_any_columns(cast, signed_in, kind):
    more = {"giver": cast.other, "due_on": "2026-12-31"} if kind == "dependency" else {}
    entry = factories.entry(kind, cast.own, "Canary of columns", **more)
    client = signed_in(cast.pmo_head)
    address = reverse(f"portfolio:{kind}-list")
    names = [column.name for column in REGISTERS[kind].columns]
    for chosen in ([], ["title"], *([name] for name in names[1:]), names):
        answer = client.get(address, {"columns": chosen, "open": "all"})
        assert answer.status_code == 200, chosen
        assert entry.title in answer.content.decode(), chosen
