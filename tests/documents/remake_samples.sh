#!/bin/bash
# remake_samples.sh REPOSITORY PHANTOM: the simulator makes every file of sample_images/ again.
set -euo pipefail
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
CALX_PHANTOM=$2 bash "$1/tools/make_samples.sh" "$fresh" >/dev/null
diff -rq --exclude='*.md' --exclude='*.tsv' "$1/sample_images" "$fresh" ||
  { echo "sample_images/ is not what tools/make_samples.sh makes"; exit 1; }
