#!/usr/bin/env bash
# A scheduler and two executors on this machine, a run on them, and their end:
#   ./loopback.sh PATH --work FOLDER [option of `retold-cluster run`]...
# $RETOLD_CLUSTER is the program, if it is not to be built; $PORT the first of five ports.
set -euo pipefail

if [ -z "${RETOLD_CLUSTER:-}" ]; then
  manifest=$(cd "$(dirname "$0")" && pwd)/Cargo.toml
  cargo build --release --manifest-path "$manifest"
  RETOLD_CLUSTER=$(cargo metadata --no-deps --format-version 1 --manifest-path "$manifest" |
    sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release/retold-cluster
fi
port=${PORT:-50050}
scratch=$(mktemp -d)
processes=()
stop() {
  kill "${processes[@]}" 2>/dev/null || true
  wait "${processes[@]}" 2>/dev/null || true
  rm -rf "$scratch"
}
trap stop EXIT

export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-1}
"$RETOLD_CLUSTER" scheduler --port "$port" --executor-timeout 20 &
processes+=($!)
for executor in 1 3; do
  mkdir "$scratch/$executor"
  "$RETOLD_CLUSTER" executor --scheduler-port "$port" --port $((port + executor)) --tasks 1 --scratch "$scratch/$executor" &
  processes+=($!)
done
"$RETOLD_CLUSTER" run "$@" --scheduler "127.0.0.1:$port" &
run=$!
processes+=("$run")
wait -n -p ended "${processes[@]}" && status=0 || status=$?
[ "$ended" = "$run" ] || { echo 'the scheduler or an executor ended before the run: see above' >&2; exit 1; }
exit "$status"
