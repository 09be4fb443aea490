# Web door, worker and action endpoint: one set of libraries, three images that differ in what they run.
# Build from the root of the repository:  docker build -f docker/app.Dockerfile --target web .

FROM python:3.12-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/srv/venv/bin:$PATH
WORKDIR /srv/atithi

# Libraries first: they change less often than the code.
COPY requirements-uv.txt requirements.txt ./
RUN python -m pip install --no-cache-dir --require-hashes -r requirements-uv.txt \
    && uv venv --no-project /srv/venv \
    && VIRTUAL_ENV=/srv/venv uv pip sync --no-cache --require-hashes --compile-bytecode requirements.txt

COPY config.yml ./
COPY models models
COPY core core
COPY providers providers
COPY webhooks webhooks
COPY bot bot
COPY api api
COPY jobs jobs
# What the bot says is data beside what it understands.
COPY nlu nlu

RUN useradd --system --create-home --home-dir /srv/home atithi \
    && mkdir -p /srv/atithi/var && chown atithi /srv/atithi/var
ENV ATITHI_HOME=/srv/atithi/var
USER atithi
# Signals reach the program itself, so that it can finish what it has begun.
STOPSIGNAL SIGTERM


FROM base AS migrate
CMD ["python", "-m", "jobs.prepare"]


FROM base AS web
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["python", "-m", "uvicorn", "jobs.web:app_from_settings", "--factory", "--host", "0.0.0.0", "--port", "8000", \
     "--no-access-log", "--timeout-graceful-shutdown", "20"]


FROM base AS actions
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8002/healthz', timeout=2)"]
# Listens for the compose network only: compose publishes no port of it, and it asks for the shared token.
CMD ["python", "-m", "uvicorn", "bot.server:app_from_settings", "--factory", "--host", "0.0.0.0", "--port", "8002", \
     "--no-access-log", "--timeout-graceful-shutdown", "20"]


FROM base AS worker
CMD ["python", "-m", "jobs.worker"]
