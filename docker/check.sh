#!/usr/bin/env bash
# Builds both images, starts the cluster of docker-compose.yml, loads the sample through its coordinator, compares searches with
# the exact answers, looks whether Prometheus reaches everyone, restarts a shard to see that its data is still there,
# and removes it all. Needs docker with compose, curl, python3, the jars (mvn -DskipTests package), and prom/prometheus or a prometheus
# on the PATH. Exit code 0: everything as promised.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

compose() { docker compose --progress quiet -p lynse-check "$@"; }

clean_up() {
  local code=$?
  if [ $code -ne 0 ]; then
    echo "docker/check.sh failed; what the containers said last:" >&2
    compose ps -a >&2 || true
    compose logs --no-color --tail 40 >&2 || true
  fi
  compose down -v --remove-orphans --timeout 20 >/dev/null 2>&1 || true
  exit $code
}
trap clean_up EXIT

for service in lynse-shard-service lynse-coordinator-service; do
  [ -f "$service/target/$service-app.jar" ] || { echo "$service is not built: mvn -q -DskipTests package" >&2; exit 1; }
done

if [ -z "${PROMETHEUS_IMAGE:-}" ] && command -v prometheus >/dev/null; then
  docker/prometheus-image.sh lynse-prometheus:local
  export PROMETHEUS_IMAGE=lynse-prometheus:local
fi
compose build --quiet
compose up -d --wait --wait-timeout 300
for service in $(compose ps --services | grep -v prometheus); do
  user=$(compose exec -T "$service" id -u)
  [ "$user" = 10001 ] || { echo "$service runs as user $user, expected 10001" >&2; exit 1; }
done
code=$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:7638/list_databases)
[ "$code" = 401 ] || { echo "a shard node answered $code without its key, expected 401" >&2; exit 1; }
python3 docker/check_sample.py http://127.0.0.1:7637 load search
python3 docker/check_sample.py http://127.0.0.1:7642 search
python3 docker/check_prometheus.py http://127.0.0.1:9090 6

# The volume outlives the process; SIGTERM reaches the JVM, which is process 1, so the stop is a clean one (143, not 137).
compose stop --timeout 20 sg0-primary
code=$(docker inspect -f '{{.State.ExitCode}}' "$(compose ps -aq sg0-primary)")
[ "$code" = 143 ] || { echo "sg0-primary ended with exit code $code after SIGTERM, expected 143" >&2; exit 1; }
compose up -d --wait --wait-timeout 120 sg0-primary
python3 docker/check_sample.py http://127.0.0.1:7637 search
echo 'docker/check.sh: the cluster in containers keeps its promises'
