# One image for web, worker, beat and migrate; docker-compose.yml names their commands.
FROM python:3.11-slim-bookworm

# For Arabic, Hebrew, Chinese and Korean in reports: what no font has becomes a mark.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends fonts-dejavu-core fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home g7plan \
 && install --directory --owner g7plan /srv/var

WORKDIR /srv/g7plan
COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes \
    --requirement requirements.txt
COPY . .

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 STATIC_ROOT=/srv/static VAR_DIR=/srv/var
# As a trial in a folder that is thrown away: static files need no secret.
RUN PRODUCTION=0 VAR_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
 && PRODUCTION=0 VAR_DIR=/tmp/build python manage.py compilemessages \
 && python -m compileall -q . \
 && rm -r /tmp/build

ENV PRODUCTION=1
USER g7plan
EXPOSE 8000
# WEB_CONCURRENCY is gunicorn's own variable for the number of its processes.
CMD ["gunicorn", "g7plan.wsgi:application", "--config", "python:g7plan.web_server", \
     "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm"]
