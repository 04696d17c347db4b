#!/bin/bash
# Makes the films of sample_images/ again, with their truth: tools/make_samples.sh MESHES [FOLDER [NAME]]
# MESHES holds bodyparts3d/, z-anatomy/ and opensim_arm_meshes/; sample_images/README.md tells where
# they come from. The same build on the same kind of machine writes the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
meshes=${1:?usage: tools/make_samples.sh MESHES [FOLDER [NAME]]}
folder=${2:-sample_images}
only=${3:-}
if [ -z "${CALX_SIMULATE:-}" ]; then
  cmake --preset release -DCALX_TOOLS=ON >/dev/null
  cmake --build --preset release --target calx-simulate >/dev/null
  CALX_SIMULATE=$(find build/release -name calx-simulate -type f -perm -u+x | head -1)
fi
mkdir -p "$folder"
cache=$(mktemp -d)
trap 'rm -rf "$cache"' EXIT

# film NAME REGION VIEW PATTERN SKELETON SEED PITCH FORMAT [OPTION...]
film() {
  [ -z "$only" ] || [ "$only" = "$1" ] || return 0
  "$CALX_SIMULATE" --anatomy "$meshes" --cache "$cache" --name "$1" --region "$2" --view "$3" --pattern "$4" \
    --skeleton "$5" --seed "$6" --first "$6" --pitch "$7" --format "$8" -q --force -o "$folder" "${@:9}"
}
film hand_limited_idiopathic hand pa limited-idiopathic opensim 2 0.2 dicom-rle
film hand_normal hand pa none opensim 3 0.25 png --no-mimics
film wrist_chondrocalcinosis wrist pa none opensim 1 0.2 dicom-jpeg-lossless
film forearm_localized forearm ap localized bodyparts3d 6 0.25 dicom-rle
film elbow_tumor_like elbow lateral tumor-like bodyparts3d 5 0.2 dicom-rle
film shoulder_tumor_like shoulder ap tumor-like bodyparts3d 5 0.28 dicom-jpeg-lossless
film hip_tumor_like hip ap tumor-like bodyparts3d 6 0.25 dicom-rle
film pelvis_phleboliths pelvis ap none z-anatomy 6 0.32 dicom-jpeg-lossless
film scrotum_scrotal scrotum ap scrotal z-anatomy 3 0.28 dicom-rle
film knee_universal knee lateral universal bodyparts3d 3 0.22 dicom-jpeg-lossless
film leg_metal leg ap none bodyparts3d 4 0.28 dicom-rle
film foot_localized foot oblique localized z-anatomy 5 0.2 jpeg
