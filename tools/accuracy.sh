#!/bin/bash
# Writes docs/accuracy.md: tools/accuracy.sh CALX CALX_SIMULATE MESHES RADIOGRAPHS [FILMS]
# Simulates fresh films (seed 900001, which nothing is tuned or trained on), analyses them and the
# catalogued real films, and judges both with `calx evaluate`. Keeps its work in build/accuracy.
set -euo pipefail
usage="usage: tools/accuracy.sh CALX CALX_SIMULATE MESHES RADIOGRAPHS [FILMS]"
calx=$(realpath "${1:?$usage}") simulate=$(realpath "${2:?$usage}") meshes=$(realpath "${3:?$usage}")
radiographs=$(realpath "${4:?$usage}") films=${5:-200}
cd "$(dirname "$0")/.."
work=build/accuracy
mkdir -p "$work"

# judge NAME: analyses the films that $work/NAME/films lists and evaluates them.
judge() {
  xargs -d '\n' -a "$work/$1/films" "$calx" analyze -q --no-overlay --mask --anatomy-masks \
    -o "$work/$1/results" 2>"$work/$1/errors" || true # films that fail count as missed
  "$calx" evaluate --truth "$work/$1/truth" --results "$work/$1/results" -o "$work/$1/evaluation" >/dev/null
}

"$simulate" --anatomy "$meshes" --cache "$work/cache" --seed 900001 --count "$films" -q -o "$work/simulated/truth" 2>/dev/null
for truth in "$work"/simulated/truth/*.truth.json; do
  stem=${truth%.truth.json}
  ls "$stem.dcm" "$stem.png" "$stem.jpg" 2>/dev/null || true
done >"$work/simulated/films"
judge simulated

mkdir -p "$work/real"
python3 tools/catalogue_truth.py "$work/real/truth" "$radiographs" >/dev/null
cut -f1 "$radiographs/CATALOG.tsv" | tail -n +2 | sed "s#^#$radiographs/#" >"$work/real/films"
judge real

{
  echo "# Accuracy"
  echo
  echo "Made by \`tools/accuracy.sh\`; figures by \`calx evaluate\`, with 95 % intervals by bootstrap over films. This is the base line that later"
  echo "changes are paired against (\`calx evaluate --compare\`). The detector is the classical one: thresholds and rules, no network."
  echo
  echo "## $(wc -l <"$work/simulated/films") fresh simulated films"
  echo
  echo "All regions, views, patterns and mimics as \`calx-simulate\` draws them (seed 900001); nothing was tuned on them."
  echo
  sed -e 's/^#/##/' "$work/simulated/evaluation/evaluation.md" | sed '1,/^$/d'
  echo
  echo "## Real films"
  echo
  echo "The public radiographs of the development catalogue, marked by eye by a non-radiologist: boxes, no outlines. The detector's operating"
  echo "point was chosen on these films, so its figures here are not held out."
  echo
  sed -e 's/^#/##/' "$work/real/evaluation/evaluation.md" | sed '1,/^$/d'
} >docs/accuracy.md
echo "wrote docs/accuracy.md"
