# The language engine: Rasa on its own Python, with the model trained into the image.
# Build from the root of the repository:  docker build -f docker/rasa.Dockerfile .

FROM python:3.10-slim-bookworm
ENV PYTHONUNBUFFERED=1 PATH=/srv/venv/bin:$PATH PYTHONPATH=/srv/atithi \
    RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=2 SQLALCHEMY_SILENCE_UBER_WARNING=1 PYTHONWARNINGS=ignore \
    TF_INTER_OP_PARALLELISM_THREADS=1 TF_INTRA_OP_PARALLELISM_THREADS=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
    MALLOC_ARENA_MAX=2
WORKDIR /srv/atithi

COPY requirements-uv.txt ./
COPY nlu/requirements.lock nlu/requirements.lock
RUN python -m pip install --no-cache-dir --require-hashes -r requirements-uv.txt \
    && uv venv --no-project /srv/venv \
    && VIRTUAL_ENV=/srv/venv uv pip sync --no-cache --require-hashes nlu/requirements.lock

COPY config.yml ./
COPY nlu nlu
RUN python -m rasa train --domain nlu --data nlu --out /srv/model --fixed-model-name model --skip-validation \
    && rm -rf .rasa

RUN useradd --system --create-home --home-dir /srv/home atithi
USER atithi
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=120s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:5005/webhooks/turn/health', timeout=2)"]
# Listens for the compose network only: compose publishes no port of it, and its channel asks for the shared token.
CMD ["python", "-m", "rasa", "run", "-i", "0.0.0.0", "-p", "5005", "--model", "/srv/model/model.tar.gz", \
     "--endpoints", "nlu/endpoints.yml", "--credentials", "nlu/credentials.yml"]
