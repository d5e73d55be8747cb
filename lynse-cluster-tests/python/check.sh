#!/usr/bin/env bash
# Runs the real Python client against real processes. The client comes from PyPI into a folder outside the working copy;
# where PyPI cannot be reached the check is skipped (exit code 75). Needs the built jars: mvn -DskipTests package.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

venv=${LYNSE_CLIENT_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/lynse-client-check}
python="$venv/bin/python"

if ! cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
  command -v python3 >/dev/null || { echo "skipped: the real Python client: no python3" >&2; exit 75; }
  rm -rf "$venv"
  python3 -m venv "$venv" || { echo "skipped: the real Python client: python3 cannot make a venv" >&2; exit 75; }
  if ! "$venv/bin/pip" install --quiet --disable-pip-version-check --retries 1 --timeout 20 -r "$here/requirements.txt"; then
    echo "skipped: the real Python client: it cannot be fetched from PyPI" >&2
    exit 75
  fi
  cp "$here/requirements.txt" "$venv/installed.txt"
fi

exec "$python" "$here/client_check.py"
