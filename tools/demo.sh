#!/bin/bash
# Installs what is missing, builds calx and analyses a sample film: tools/demo.sh
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh build

echo "demo: building calx (some minutes the first time)"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { cmake --preset release -DCALX_TESTS=OFF -DCALX_TOOLS=OFF && cmake --build --preset release --target calx; } >"$log" 2>&1; then
  tail -40 "$log" >&2
  echo "demo: the build failed" >&2
  exit 1
fi

film=sample_images/hip_tumor_like.dcm
echo "demo: build/release/bin/calx analyze $film -o out/"
echo
build/release/bin/calx analyze "$film" -o out/
echo
echo "demo: the same as a picture: out/$(basename "${film%.*}").overlay.png"
