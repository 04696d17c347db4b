#!/bin/bash
# run_case.sh CASE GOLDEN PROGRAM [MAKE_FILM]: runs CASE in an empty folder and compares what it
# prints, and its exit status, with GOLDEN. With MAKE_FILM the folder holds film.png, and a case may
# make more films with make_film. UPDATE_GOLDEN=1 writes GOLDEN anew.
set -u
case=$1 golden=$2 program=$3 make_film=${4:-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/work"
cd "$folder/work" || exit 1
PATH=$(dirname "$program"):$PATH
if [ -n "$make_film" ]; then
  "$make_film" film.png || exit 1
  PATH=$(dirname "$make_film"):$PATH
fi
export LC_ALL=C

bash "$case" >"$folder/stdout" 2>"$folder/stderr"
status=$?
name=$(basename "$program")
{
  echo "\$ $(grep -v '^#' "$case")"
  cat "$folder/stdout"
  sed 's/^/stderr: /' "$folder/stderr"
  echo "exit status $status"
} | sed -E "s/^$name [0-9.]+ \(.*\)\$/$name VERSION (REVISION)/" >"$folder/actual"

if [ "${UPDATE_GOLDEN:-}" = 1 ]; then
  mkdir -p "$(dirname "$golden")"
  cp "$folder/actual" "$golden"
fi
diff -u "$golden" "$folder/actual"
