"""Signs that no database takes, in paths and queries: never an error of ours."""

import pytest


@pytest.mark.parametrize("path", ["/portfolio/projects/PRJ-0042%00/", "/api/v1/portfolio/projects/PRJ%00/", "/%00"])
def test_nul_in_a_path_is_an_address_of_nothing(cast, signed_in, path):
    assert signed_in(cast.pmo_head).get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/mail/?q=a%00b", "/portfolio/projects/?q=a%00b&category=%00", "/api/v1/portfolio/reporting-periods/?project=%00"]
)
def test_nul_in_a_query_is_left_out(cast, signed_in, path):
    assert signed_in(cast.pmo_head).get(path).status_code == 200
