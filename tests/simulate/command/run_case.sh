#!/bin/bash
# run_case.sh CALX_SIMULATE CASE GOLDEN: runs CASE in an empty folder and compares what it prints,
# and its exit status, with GOLDEN. UPDATE_GOLDEN=1 writes GOLDEN anew.
set -u
program=$1 case=$2 golden=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/work"
cd "$folder/work" || exit 1
PATH=$(dirname "$program"):$PATH
export LC_ALL=C

bash "$case" >"$folder/stdout" 2>"$folder/stderr"
status=$?
{
  echo "\$ $(grep -v '^#' "$case")"
  cat "$folder/stdout"
  sed 's/^/stderr: /' "$folder/stderr"
  echo "exit status $status"
} | sed -E 's/^calx-simulate [0-9.]+ \(.*\)$/calx-simulate VERSION (REVISION)/' >"$folder/actual"

if [ "${UPDATE_GOLDEN:-}" = 1 ]; then
  mkdir -p "$(dirname "$golden")"
  cp "$folder/actual" "$golden"
fi
diff -u "$golden" "$folder/actual"
