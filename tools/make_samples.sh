#!/bin/bash
# Makes the films of sample_images/ again, with their truth: tools/make_samples.sh MESHES [FOLDER [NAME]]
# MESHES holds bodyparts3d/, z-anatomy/ and opensim_arm_meshes/; sample_images/README.md tells where
# they come from. The same build on the same kind of machine writes the same bytes.
# Writes FOLDER/manifest.csv only, of the films as they are: tools/make_samples.sh --manifest [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
meshes=${1:?usage: tools/make_samples.sh MESHES [FOLDER [NAME]], or --manifest [FOLDER]}
folder=${2:-sample_images}
only=${3:-}
cache=$(mktemp -d)
trap 'rm -rf "$cache"' EXIT

# film NAME REGION VIEW PATTERN SKELETON SEED PITCH FORMAT [OPTION...]
film() {
  [ -z "$only" ] || [ "$only" = "$1" ] || return 0
  "$CALX_SIMULATE" --anatomy "$meshes" --cache "$cache" --name "$1" --region "$2" --view "$3" --pattern "$4" \
    --skeleton "$5" --seed "$6" --first "$6" --pitch "$7" --format "$8" -q --force -o "$folder" "${@:9}"
}

# rows NAME REGION VIEW PATTERN SKELETON SEED PITCH ...: a line for each file of the film, whose truth
# names the licence of its anatomy.
rows() {
  local file licence
  licence=$(sed -n 's/^ "attribution": "\(.*\)"$/\1/p' "$folder/$1.truth.json")
  for file in "$folder/$1".*; do
    printf '%s,%s,%s,%s,%s,%s,%s,%s,%s,"%s"\n' "$(basename "$file")" "$(sha256sum <"$file" | cut -d ' ' -f 1)" \
      "$(stat -c %s "$file")" "${@:2:6}" "$licence"
  done
}

# each COMMAND: the films, one call of COMMAND for each.
each() {
  "$1" hand_limited_idiopathic hand pa limited-idiopathic opensim 2 0.2 dicom-rle
  "$1" hand_normal hand pa none opensim 3 0.25 png --no-mimics
  "$1" wrist_chondrocalcinosis wrist pa none opensim 1 0.2 dicom-jpeg-lossless
  "$1" forearm_localized forearm ap localized bodyparts3d 6 0.25 dicom-rle
  "$1" elbow_tumor_like elbow lateral tumor-like bodyparts3d 5 0.2 dicom-rle
  "$1" shoulder_tumor_like shoulder ap tumor-like bodyparts3d 5 0.28 dicom-jpeg-lossless
  "$1" hip_tumor_like hip ap tumor-like bodyparts3d 6 0.25 dicom-rle
  "$1" pelvis_phleboliths pelvis ap none z-anatomy 6 0.32 dicom-jpeg-lossless
  "$1" scrotum_scrotal scrotum ap scrotal z-anatomy 3 0.28 dicom-rle
  "$1" knee_universal knee lateral universal bodyparts3d 8 0.22 dicom-jpeg-lossless
  "$1" leg_metal leg ap none bodyparts3d 11 0.28 dicom-rle
  "$1" foot_localized foot oblique localized z-anatomy 5 0.2 jpeg
}

write_manifest() {
  echo "file,sha256,bytes,region,view,pattern,skeleton,seed,pitch,licence" >"$cache/manifest.csv"
  LC_ALL=C each rows >>"$cache/manifest.csv"
  cp "$cache/manifest.csv" "$folder/manifest.csv"
}

if [ "$meshes" = --manifest ]; then
  write_manifest
  exit
fi
if [ -z "${CALX_SIMULATE:-}" ]; then
  cmake --preset release -DCALX_TOOLS=ON >/dev/null
  cmake --build --preset release --target calx-simulate >/dev/null
  CALX_SIMULATE=$(find build/release -name calx-simulate -type f -perm -u+x | head -1)
fi
mkdir -p "$folder"
each film
if [ -z "$only" ]; then write_manifest; fi
