#!/bin/bash
# run.sh SOURCE BUILD COMPILER: an install tree of BUILD serves a project of its own.
set -euo pipefail
source=$1
build=$2
compiler=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >"$work/install.log"
# The example of the README is the client's second program.
awk '/^```cpp$/ {on = 1; next} /^```$/ {on = 0} on' "$source/README.md" >"$work/readme_example.cpp"

cmake -S "$source/tests/consumer/client" -B "$work/client" -G Ninja \
  -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_PREFIX_PATH="$work/prefix" -DREADME_EXAMPLE="$work/readme_example.cpp"
cmake --build "$work/client"
"$work/client/client"
"$work/client/readme_example" "$source/sample_images/hand_normal.png"

for file in bin/calx share/calx/models/subtype_rules.json share/calx/calx.findings-1.schema.json; do
  test -e "$work/prefix/$file" || { echo "not installed: $file"; exit 1; }
done
# The installed program finds everything it needs where it was put.
"$work/prefix/bin/calx" --version
