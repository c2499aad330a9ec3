"""Rows of accounts."""

from tests.access_matrix.rows import Row, office, own, public
from tests.access_matrix.world import pk

ROWS: dict[str, Row | list[Row]] = {
    "accounts:login": public(),
    "accounts:logout": own(method="post"),
    "accounts:password-reset": public(),
    "accounts:password-reset-sent": public(),
    "accounts:password-reset-confirm": public(arguments={"uidb64": lambda w, p: "MQ", "token": lambda w, p: "never-valid"}),
    "accounts:password-reset-done": public(),
    "accounts:password-change": own(),
    "accounts:profile-detail": own(),
    "accounts:session-end-others": own(method="post"),
    "accounts:session-end": own(method="post", roles={"auditor"}, arguments={"pk": pk("auditor_session")}),
    "accounts:token-create": own(),
    "accounts:token-revoke": own(method="post", roles={"auditor"}, arguments={"pk": pk("auditor_token")}),
    "accounts:user-list": office("access.view"),
    "accounts:user-create": office("user.manage"),
    "accounts:user-detail": office("access.view"),
    "accounts:user-edit": office("user.manage"),
    "accounts:user-disable": office("user.manage", method="post"),
    "accounts:user-enable": office("user.manage", method="post"),
    "accounts:user-open": office("user.manage", method="post"),
    "accounts:user-invite": office("user.manage", method="post"),
    "accounts:grant-create": office("grant.manage", arguments={"pk": pk("user")}),
    "accounts:grant-remove": office("grant.manage", method="post", arguments={"pk": pk("grant")}),
    "accounts:unit-list": office("access.view"),
    "accounts:unit-create": office("unit.manage"),
    "accounts:unit-edit": office("unit.manage"),
    "accounts:unit-remove": office("unit.manage", method="post"),
    "accounts:access-list": office("access.view"),
    "accounts:signin-list": office("access.view"),
}
