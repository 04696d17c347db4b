#!/bin/bash
# run_case.sh CALX MAKE_FILM CASE GOLDEN: runs CASE in an empty folder that holds film.png and
# compares what it prints, and its exit status, with GOLDEN. A case may make more films with
# make_film.
set -u
calx=$1 make_film=$2 case=$3 golden=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/work"
cd "$folder/work" || exit 1
"$make_film" film.png || exit 1
PATH=$(dirname "$calx"):$(dirname "$make_film"):$PATH
export LC_ALL=C

bash "$case" >"$folder/stdout" 2>"$folder/stderr"
status=$?
{
  echo "\$ $(grep -v '^#' "$case")"
  cat "$folder/stdout"
  sed 's/^/stderr: /' "$folder/stderr"
  echo "exit status $status"
} | sed -E 's/^calx [0-9.]+ \(.*\)$/calx VERSION (REVISION)/' >"$folder/actual"

if [ "${UPDATE_GOLDEN:-}" = 1 ]; then
  mkdir -p "$(dirname "$golden")"
  cp "$folder/actual" "$golden"
fi
diff -u "$golden" "$folder/actual"
