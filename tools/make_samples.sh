#!/bin/bash
# Makes the films of sample_images/ again, with their truth: tools/make_samples.sh [FOLDER]
# The same build on the same kind of machine writes the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-sample_images}
if [ -z "${CALX_PHANTOM:-}" ]; then
  cmake --preset release -DCALX_TOOLS=ON >/dev/null
  cmake --build --preset release --target calx-phantom >/dev/null
  CALX_PHANTOM=$(find build/release -name calx-phantom -type f -perm -u+x | head -1)
fi
mkdir -p "$folder"

phantom() { "$CALX_PHANTOM" "$folder/$1" "${@:2}"; }
phantom hand_limited_idiopathic --region hand --pattern limited-idiopathic --seed 1 --spacing 0.2 --format dicom-rle
phantom hip_tumor_like --region hip --pattern tumor-like --seed 1 --spacing 0.3 --format dicom
phantom leg_universal --region leg --pattern universal --seed 1 --spacing 0.25 --format dicom-rle
phantom leg_vessels_and_phleboliths --region leg --pattern none --mimics --seed 2 --spacing 0.25 --format dicom-rle
phantom hand_normal --region hand --pattern none --seed 3 --spacing 0.25 --format png
