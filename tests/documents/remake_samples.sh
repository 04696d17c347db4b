#!/bin/bash
# remake_samples.sh REPOSITORY SIMULATOR MESHES: the simulator makes one of sample_images/ again, the
# pixels to the last bit. Exit 77, skipped, where the meshes are not there.
set -euo pipefail
[ -d "$3" ] || { echo "skipped: no meshes in $3"; exit 77; }
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
CALX_SIMULATE=$2 bash "$1/tools/make_samples.sh" "$3" "$fresh" forearm_localized
for file in "$fresh"/*; do
  cmp "$file" "$1/sample_images/$(basename "$file")" ||
    { echo "sample_images/ is not what tools/make_samples.sh makes"; exit 1; }
done
