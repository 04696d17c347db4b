#!/bin/bash
# Writes docs/accuracy.md: tools/accuracy.sh CALX CALX_SIMULATE MESHES RADIOGRAPHS [FILMS]
# Analyses films that tools/train/split.json keeps for figures with the network and by thresholds, and
# judges both with `calx evaluate`: simulated films of a skeleton that nothing was trained on, real films,
# and real films with deposits put in. Keeps its work in build/accuracy.
set -euo pipefail
usage="usage: tools/accuracy.sh CALX CALX_SIMULATE MESHES RADIOGRAPHS [FILMS]"
calx=$(realpath "${1:?$usage}") simulate=$(realpath "${2:?$usage}") meshes=$(realpath "${3:?$usage}")
radiographs=$(realpath "${4:?$usage}") films=${5:-300}
cd "$(dirname "$0")/.."
work=build/accuracy
mkdir -p "$work"

# judge NAME: analyses the films of NAME's list in both ways, evaluates each, and compares them.
judge() {
  local here=$work/$1 detector
  for detector in classical learned; do
    rm -rf "$here/$detector"
    xargs -d '\n' -a "$here/films" "$calx" analyze -q --detector $detector --no-overlay --mask --anatomy-masks \
      -o "$here/$detector" 2>"$here/errors.$detector" || true # films that fail count as missed
  done
  "$calx" evaluate --truth "$here/truth" --results "$here/classical" -o "$here/evaluation.classical" >/dev/null
  "$calx" evaluate --truth "$here/truth" --results "$here/learned" --compare "$here/classical" -o "$here/evaluation" >/dev/null
}

# films_of FOLDER: the film of each truth.
films_of() {
  local truth
  for truth in "$1"/*.truth.json; do ls "${truth%.truth.json}".{dcm,png,jpg} 2>/dev/null || true; done
}

# keep FOLDER MAKE COUNT: makes the films of a folder, unless it has as many of a program that draws the same.
# Whether it does is told by the bytes of the first twenty, which show twelve of the fourteen parts of the body: the program
# itself changes with every revision.
keep() {
  local truth=$work/$1/truth make=$2 count=$3 first=$work/$1/first made
  rm -rf "$first"
  "$make" 20 "$first"
  made="$(cat "$first"/* | sha256sum | cut -d ' ' -f 1) $count"
  rm -rf "$first"
  if [ "$(cat "$truth.made-as" 2>/dev/null)" != "$made" ]; then
    rm -rf "$truth"
    "$make" "$count" "$truth"
    echo "$made" >"$truth.made-as"
  fi
}

simulated() {
  "$simulate" --anatomy "$meshes" --cache "$work/cache" --skeleton z-anatomy --seed 900001 --count "$1" -q -o "$2" 2>/dev/null
}
keep simulated simulated "$films"
films_of "$work/simulated/truth" >"$work/simulated/films"
judge simulated

mkdir -p "$work/real" "$work/inserted"
python3 tools/train/split.py "$radiographs" --list test >"$work/real/split"
python3 tools/catalogue_truth.py "$work/real/truth" "$radiographs" --only "$work/real/split" >/dev/null
cut -f1 "$work/real/split" >"$work/real/films"
judge real

# The films on which nothing is to be seen, each with one pattern put in.
grep -l '"exhaustive": true' -r "$work/real/truth" | sort | while read -r truth; do
  stem=${truth#"$work/real/truth/"}
  ls "$radiographs/${stem%.truth.json}".* | grep -v truth.json | head -n 1
done >"$work/inserted/backgrounds"
inserted() {
  xargs -d '\n' -a "$work/inserted/backgrounds" "$simulate" --seed 910001 --normal-share 0 -q --count "$1" -o "$2" --background \
    2>"$work/inserted/errors" || true # some are no radiographs of a limb
}
keep inserted inserted "$(wc -l <"$work/inserted/backgrounds")"
films_of "$work/inserted/truth" >"$work/inserted/films"
judge inserted

# section NAME: the evaluation's own text, a heading deeper.
section() { sed -e 's/^#/##/' "$work/$1/evaluation/evaluation.md" | sed '1,/^$/d'; }
{
  echo "# Accuracy"
  echo
  echo "Made by \`tools/accuracy.sh\`; figures by \`calx evaluate\`, with 95 % intervals by bootstrap over films. The figures are the networks'"
  echo "(\`--detector learned\`, the default); each table of differences is against thresholds and rules (\`--detector classical\`) on the same films."
  echo "No film here was trained on (\`tools/train/split.json\`). Settings are chosen on others; which ones were measured here as well before one"
  echo "was chosen is told with [the training](../tools/train/README.md)."
  echo
  echo "## What was wanted, and what is reached"
  echo
  python3 tools/accuracy_goals.py "$work"
  echo
  echo "Distances of prominences are below, time and memory in [performance](performance.md). What was tried to come nearer, with its figures,"
  echo "and what would be needed is told with [the training](../tools/train/README.md)."
  echo
  echo "## $(wc -l <"$work/simulated/films") simulated films of a skeleton that was not trained on"
  echo
  echo "All regions, views, patterns and mimics as \`calx-simulate\` draws them (z-anatomy, seed 900001)."
  echo
  section simulated
  echo
  echo "## $(wc -l <"$work/inserted/films") real films with deposits put in"
  echo
  echo "The real films below on which nothing was seen, with the deposits of one pattern put in by \`calx-simulate --background\`."
  echo "Their masks of body and bone are the classical detector's own: they judge nothing but agreement with it."
  echo
  section inserted
  echo
  echo "## $(wc -l <"$work/real/films") real films"
  echo
  echo "The films of the development catalogue that were held out, marked by eye by a non-radiologist: boxes, no outlines. The classical"
  echo "detector's operating point was chosen on films that include these. [Real films](real_films.md) lists what was found on every film of"
  echo "the catalogue, those that the networks were trained on too."
  echo
  echo "Bony prominences are those that were [marked by eye](real_films_seen.md#names-of-prominences), without seeing what calx says."
  echo
  section real
} >docs/accuracy.md
echo "wrote docs/accuracy.md"
