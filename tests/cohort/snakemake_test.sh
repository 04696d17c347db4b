#!/bin/bash
# Tries tools/cluster/Snakefile on this machine alone: snakemake_test.sh CALX [FILMS]
# First only planned, then run with one part that fails at its first try; the merged tables are
# compared with those of one run, and a second call must find nothing to do.
# Exit status: 0 passed, 1 failed, 77 skipped.
set -euo pipefail
command -v snakemake >/dev/null || {
  echo "skipped: Snakemake is not installed (Debian: apt-get install snakemake)"
  exit 77
}
calx=$(realpath "$1")
films=${2:-40}
tools=$(cd "$(dirname "$0")/../../tools" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/calx-snakemake-XXXXXX")
trap 'rm -rf "$work"' EXIT
fail() {
  echo "FAILED: $1" >&2
  tail -n 30 "$work"/*.log "$work"/out/logs/* >&2 2>/dev/null || true
  exit 1
}

# A program whose part 2 is killed at the first try, after it has begun.
cat >"$work/calx" <<WRAPPER
#!/bin/bash
if [[ " \$* " == *" --shard 2/3 "* && ! -e "$work/killed" ]]; then
  touch "$work/killed"
  "$calx" "\$@" & run=\$!
  sleep 0.3
  kill -9 \$run
  exit 1
fi
exec "$calx" "\$@"
WRAPPER
chmod 755 "$work/calx"

# A blank in a name must not part it.
options="-q --no-overlay --detector classical"
flow() {
  HOME=$work XDG_CACHE_HOME=$work/cache snakemake -s "$tools/cluster/Snakefile" --directory "$work" --cores 2 \
    --config calx="$work/calx" films="$work/the films" out="$work/out" parts=3 run="$options" "$@"
}

"$tools/cohort_study.py" --make "$work/the films" --files "$films" >/dev/null
flow --dry-run >"$work/dry.log" 2>&1 || fail "the dry run"
for jobs in "plan 1" "part 3" "merge 1"; do
  tr -s ' ' <"$work/dry.log" | grep -q "^$jobs " || fail "the dry run does not plan: $jobs"
done
[ ! -e "$work/out/manifest" ] || fail "the dry run did something"

flow >"$work/flow.log" 2>&1 || fail "the workflow"
[ -e "$work/killed" ] || fail "no part was killed"
"$calx" run "$work/the films" $options -o "$work/alone"
for table in images deposits failures skipped; do
  for file in "$table.csv" "$table.ndjson"; do cmp "$work/alone/$file" "$work/out/cohort/$file" || fail "$file differs"; done
done
cmp "$work/alone/calx.sqlite" "$work/out/cohort/calx.sqlite" || fail "calx.sqlite differs"
rows=$(wc -l <"$work/alone/images.csv")
[ "$rows" -gt 5 ] || fail "only $rows lines in images.csv"
"$calx" verify "$work/out/cohort" || fail "calx verify finds fault with the merged cohort"
flow >"$work/again.log" 2>&1 || fail "the second call"
grep -q "Nothing to be done" "$work/again.log" || fail "the second call does something"
echo "passed: $films files in 3 parts, one killed and tried again; the merged tables are those of one run"
