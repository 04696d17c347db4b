#!/bin/bash
# What settings of calx find on validation films, and claim falsely; by these the operating point is chosen:
#   tools/train/operating_point.sh CALX CALX_SIMULATE MESHES RADIOGRAPHS WORK [KEY=VALUE...]
# 250 simulated films of the training skeleton, and the real validation films of split.json on which nothing was seen.
# Films that WORK holds are not made again.
set -euo pipefail
usage="usage: tools/train/operating_point.sh CALX CALX_SIMULATE MESHES RADIOGRAPHS WORK [KEY=VALUE...]"
calx=$(realpath "${1:?$usage}") simulate=$(realpath "${2:?$usage}") meshes=$(realpath "${3:?$usage}")
radiographs=$(realpath "${4:?$usage}") here=$(realpath "$(dirname "$0")")
mkdir -p "${5:?$usage}"
cd "$5"
settings=()
for setting in "${@:6}"; do settings+=(--set "$setting"); done

# films NAME SEED COUNT...: a set of simulated films, and the list of them.
films() {
  local name=$1 seed=$2 count=$3
  shift 3
  [ -e "$name/list" ] || "$simulate" --anatomy "$meshes" --skeleton bodyparts3d --seed "$seed" --count "$count" "$@" -q -o "$name/truth"
  find "$name/truth/" -type f | grep -Ev '([.](lesions|bones?|body)[.]png|[.]json)$' | sort >"$name/list"
}
# judge NAME: the settings on its films.
judge() {
  rm -rf "$1/results"
  # Films that calx refuses count as missed.
  xargs -d '\n' -a "$1/list" "$calx" analyze "${settings[@]}" -q --no-overlay --mask -o "$1/results" 2>"$1/errors" || true
  "$calx" evaluate --truth "$1/truth" --results "$1/results" -o "$1/evaluation" >/dev/null
  python3 - "$1" <<'EOF'
import json, sys
films = [film for film in json.load(open(f"{sys.argv[1]}/evaluation/evaluation.json"))["films"] if film["exhaustive"]]
deposits = [lesion for film in films for lesion in film["lesions"] if lesion["kind"] == "deposit" and lesion["visible"]]
found = sum(lesion["found_at_score"] is not None for lesion in deposits)
print(f"{sys.argv[1]}: {len(films)} films, {found} of {len(deposits)} visible deposits found")
for word, some in (("with", True), ("without", False)):
    part = [film for film in films if any(lesion["kind"] == "deposit" for lesion in film["lesions"]) == some]
    false = sum(finding["kind"] in ("deposit", "unknown") and not finding["hits_deposit"] for film in part for finding in film["findings"])
    print(f"  {false} false positives on {len(part)} films {word} deposits")
EOF
}

films png 840001 100 --normal-share 0.1 --format png # without their spacing
films mixed 850001 150
mkdir -p real
"$here/split.py" "$radiographs" --list validation >real/split
"$here/../catalogue_truth.py" real/truth "$radiographs" --only real/split >/dev/null
cut -f1 real/split >real/list
for name in png mixed real; do judge "$name"; done
