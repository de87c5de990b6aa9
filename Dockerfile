# Panah as one image: docker build -t panah .
#
#   docker run --read-only --cap-drop=ALL --security-opt=no-new-privileges --tmpfs /tmp -v panah:/data -p 127.0.0.1:8000:8000 panah
#
# /data holds the instance, the pages and the database; settings are PANAH_* variables. TLS and the onion service stand before it.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_PROGRESS_BAR=off PIP_ONLY_BINARY=:all:
WORKDIR /src

# What changes least, first: then a change of the source installs nothing anew.
COPY locks locks
RUN python3 -m venv /tools && /tools/bin/pip install --require-hashes -r locks/build.lock
RUN python3 -m venv --without-pip /opt/panah \
 && /tools/bin/pip --python /opt/panah/bin/python install --require-hashes -r locks/runtime.lock
COPY package.json package-lock.json .npmrc hatch_build.py ./
RUN /tools/bin/python hatch_build.py npm

COPY . .
RUN /tools/bin/pip wheel --no-build-isolation --no-deps --wheel-dir /wheels . \
 && /tools/bin/pip --python /opt/panah/bin/python install --no-deps --no-index /wheels/*.whl

FROM python:3.13-slim
RUN mkdir /data && chown 10001:10001 /data
COPY --from=build /opt/panah /opt/panah
ENV PATH=/opt/panah/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PANAH_DATA=/data \
    PANAH_HOST=0.0.0.0
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
CMD ["panah", "serve"]
