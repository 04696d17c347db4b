#!/bin/bash
# Analyses a cohort on a Slurm cluster: submit.sh MANIFEST OUT PARTS AT_ONCE [calx run options]
# A job array over PARTS parts, AT_ONCE of them at a time, then a job that merges them into
# OUT/cohort. Prints the numbers of both jobs. Options for sbatch come from its own variables, such
# as SBATCH_PARTITION and SBATCH_TIMELIMIT; CALX names the program (default: calx).
set -euo pipefail
if [ $# -lt 4 ]; then
  sed -n '2,5s/^# //p' "$0" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
manifest=$(realpath "$1")
mkdir -p "$2/logs"
out=$(realpath "$2")
parts=$3 at_once=$4
shift 4

array=$(sbatch --parsable --array="1-$parts%$at_once" --output="$out/logs/%A_%a.log" \
  "$here/calx-array.sbatch" "$manifest" "$out" "$parts" "$@")
merge=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes \
  --job-name=calx-merge --requeue --open-mode=append --output="$out/logs/%j_merge.log" \
  --wrap "'${CALX:-calx}' merge $(printf "'$out/parts/%s' " $(seq 1 "$parts")) -o '$out/cohort'")
echo "parts: $array merge: $merge"
