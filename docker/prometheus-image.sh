#!/usr/bin/env bash
# Usage: docker/prometheus-image.sh TAG
# Makes an image of the prometheus on the PATH (.ci/tools gets one), for machines that reach no registry:
#   docker/prometheus-image.sh lynse-prometheus:local && PROMETHEUS_IMAGE=lynse-prometheus:local docker compose up
# Its base needs a C library and wget: BASE_IMAGE, eclipse-temurin:25-jre by default.
set -euo pipefail
[ $# -eq 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
program=$(command -v prometheus) || { echo 'docker/prometheus-image.sh: no prometheus on the PATH: .ci/tools gets one' >&2; exit 1; }
context=$(mktemp -d); trap 'rm -rf "$context"' EXIT
cp "$program" "$context/prometheus"
cat > "$context/Dockerfile" <<'END'
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
COPY prometheus /bin/prometheus
RUN mkdir -p /prometheus && chown 65534:65534 /prometheus
USER 65534:65534
VOLUME /prometheus
ENTRYPOINT ["/bin/prometheus"]
END
docker build --quiet --build-arg "BASE_IMAGE=${BASE_IMAGE:-eclipse-temurin:25-jre}" -t "$1" "$context" >/dev/null
