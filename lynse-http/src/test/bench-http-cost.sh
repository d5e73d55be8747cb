#!/bin/sh
# Measures the CPU cost of HTTP: see docs/benchmarks.md, "HTTP cost". Run from the root after `mvn -pl lynse-http -am test-compile`.
# usage: sh lynse-http/src/test/bench-http-cost.sh [connections] [warm-up requests] [rounds] [seconds per round]
set -eu
JAVA=${LYNSE_JAVA:-java}
PORT=${PORT:-19384}
mvn -B -ntp -q ${MVN_FLAGS:-} -pl lynse-proto,lynse-http test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile="$PWD/lynse-http/target/bench.cp"
CP=lynse-http/target/test-classes:lynse-http/target/classes:lynse-proto/target/classes:$(cat lynse-http/target/bench.cp)
"$JAVA" -Xms512m -Xmx512m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp "$CP" io.lynse.http.bench.HttpCostServer "$PORT" >lynse-http/target/bench.out &
SERVER=$!
trap 'kill $SERVER' EXIT
until grep -q ready lynse-http/target/bench.out; do sleep 0.2; done
"$JAVA" -cp "$CP" io.lynse.http.bench.HttpCostLoad "$PORT" "$SERVER" "${1:-4}" "${2:-40000}" "${3:-12}" "${4:-1}"
