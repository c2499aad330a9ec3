"""All addresses: a room a line."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("reporting.urls_home")),
    path("accounts/", include("accounts.urls")),
    path("portfolio/", include("portfolio.urls")),
    path("intake/", include("intake.urls")),
    path("reports/", include("reporting.urls")),
    path("api/v1/", include("pmo.api")),
    path("", include("core.urls")),
]

if settings.DEBUG:
    # The component gallery is for developers and needs no database.
    from core.views.gallery import gallery

    urlpatterns += [path("_gallery/", gallery), path("_gallery/<slug:page>/", gallery)]

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
