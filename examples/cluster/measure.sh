#!/usr/bin/env bash
# What a run costs and whether it finds what the batch run finds: generated news, `dedup`, then a run of the same; then both files compared.
#   ./measure.sh "DOCUMENTS [COPIES [CROWD]]" FOLDER [option of `retold-cluster run`]...
# FOLDER takes 10 to 40 KB a document. Set $LIMIT to hold each process of the run to so many megabytes, by a memory cgroup (as root).
set -euo pipefail
documents=$1 folder=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
cargo build --release --manifest-path "$here/Cargo.toml" --bins --example news
cargo build --release --manifest-path "$here/../../Cargo.toml" --example dedup
target() { cargo metadata --no-deps --format-version 1 --manifest-path "$1" | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'; }
release=$(target "$here/Cargo.toml")/release
dedup=$(target "$here/../../Cargo.toml")/release/examples/dedup

mkdir -p "$folder"
[ -e "$folder/news.jsonl" ] || "$release/examples/news" $documents >"$folder/news.jsonl"
[ -e "$folder/batch.jsonl" ] || /usr/bin/time -f 'batch run: %e s, %U + %S s of CPU, %M KB' "$dedup" --quiet --json "$folder/news.jsonl" >"$folder/batch.jsonl"
rm -rf "$folder/work" "$folder/stories.jsonl"

export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-1}
limited=()
if [ -n "${LIMIT:-}" ]; then
  group=/sys/fs/cgroup/memory/retold-$$
  mkdir "$group"
  trap 'rmdir "$group"' EXIT
  echo "${LIMIT}M" >"$group/memory.limit_in_bytes"
  limited=(sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group")
fi
"${limited[@]}" /usr/bin/time -f 'this run: %e s, %U + %S s of CPU, %M KB' \
  "$release/retold-cluster" run "$folder/news.jsonl" --work "$folder/work" --scratch "$folder" --json "$folder/stories.jsonl" "$@"
cmp "$folder/batch.jsonl" "$folder/stories.jsonl" && echo "the stories are those of the batch run"
