# syntax=docker/dockerfile:1
# One image for web, worker and beat (docker-compose.yml says which). No secret is in it.

FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/
RUN /opt/venv/bin/pip install --require-hashes -r /tmp/requirements.txt

FROM python:3.12-slim-bookworm AS run
# pg_dump must not be older than the server of docker-compose.yml; Debian's own is.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 tzdata ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/pmo --shell /usr/sbin/nologin pmo \
    && install -d -o pmo -g pmo /srv/pmo /srv/pmo/var
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PMO_ENV=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/srv/pmo/var STATIC_ROOT=/srv/pmo/static
WORKDIR /srv/pmo/app
COPY --chown=root:root . .
# The settings refuse to start without these; the values are of this one step and stay out of the image.
RUN SECRET_KEY=only-for-collecting-static-files-0123456789-0123456789 ALLOWED_HOSTS=build SITE_URL=https://build \
    DATABASE_URL=postgresql://build@build/build REDIS_URL=redis://build EMAIL_URL=smtp://build \
    python manage.py collectstatic --noinput --verbosity 0 \
    && PMO_ENV=local DJANGO_SETTINGS_MODULE=pmo.settings python -c "from core.fonts import print_faces; print_faces()" \
    && python -c "from pathlib import Path; from core.catalogues import compile_catalogues; compile_catalogues(Path('locale'))" \
    && chown -R pmo:pmo /srv/pmo/var
USER pmo
VOLUME /srv/pmo/var
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-m", "core.probe", "/healthz"]
CMD ["python", "-m", "gunicorn", "--config", "python:pmo.gunicorn", "pmo.wsgi"]
