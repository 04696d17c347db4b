#!/bin/bash
# Tries submit.sh under a real Slurm on this machine alone: slurm_test.sh CALX [FILMS]
# Installs slurmctld, slurmd and munge if it may (root, Debian), starts them on loopback with a
# configuration and a key of their own, has a cohort analysed in parts, kills one part halfway, and
# compares the merged tables with those of one machine. Ends what it started.
# Exit status: 0 passed, 1 failed, 77 skipped. Where Slurm is absent it is installed only with
# CALX_SLURM_TEST=1: no one expects of a test that it installs packages.
set -euo pipefail
skip() {
  echo "skipped: $1"
  exit 77
}
[ "$(id -u)" -eq 0 ] || skip "only root may start slurmd and munged"
calx=$(realpath "$1")
films=${2:-120}
here=$(cd "$(dirname "$0")" && pwd)

if ! command -v slurmctld >/dev/null || ! command -v slurmd >/dev/null || ! command -v munged >/dev/null; then
  [ "${CALX_SLURM_TEST:-}" = 1 ] || skip "Slurm is not installed; CALX_SLURM_TEST=1 installs it"
  command -v apt-get >/dev/null || skip "Slurm is not installed and this is no Debian"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    slurmctld slurmd slurm-client munge >/dev/null 2>&1 || skip "apt-get cannot install Slurm"
fi

work=$(mktemp -d /tmp/calx-slurm-XXXXXX)
chmod 755 "$work"
started=()
finish() {
  scancel --full --user root 2>/dev/null || true
  sleep 1
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do kill "${started[i]}" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
fail() {
  echo "FAILED: $1" >&2
  tail -n 20 "$work"/*.log "$work"/out/logs/* >&2 2>/dev/null || true
  exit 1
}
# until_true SECONDS COMMAND...: waits for it.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.3
  done
}

start_slurm() {
  local host cores memory
  host=$(hostname -s) cores=$(nproc)
  memory=$(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo)
  install -d -o munge -g munge -m 755 "$work/munge"
  dd if=/dev/urandom of="$work/munge/key" bs=128 count=1 status=none
  chown munge: "$work/munge/key" && chmod 400 "$work/munge/key"
  setpriv --reuid=munge --regid=munge --clear-groups munged --foreground --key-file="$work/munge/key" \
    --socket="$work/munge/socket" --pid-file="$work/munge/pid" --log-file="$work/munge/log" \
    --seed-file="$work/munge/seed" >"$work/munged.log" 2>&1 &
  started+=($!)
  until_true 20 test -S "$work/munge/socket" || fail "munged does not start"
  mkdir -p "$work/state" "$work/spool"
  cat >"$work/slurm.conf" <<CONF
ClusterName=calx
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
SlurmUser=root
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MailProg=/bin/true
JobRequeue=1
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cores RealMemory=$memory State=UNKNOWN
PartitionName=here Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
  export SLURM_CONF=$work/slurm.conf
  slurmctld -D >"$work/slurmctld.log" 2>&1 &
  started+=($!)
  slurmd -D >"$work/slurmd.log" 2>&1 &
  started+=($!)
  until_true 60 sh -c "sinfo -h -o %t | grep -qx idle" || fail "the node does not become idle"
  sinfo --version
}

# A program that notes its process id, so that a part can be killed by it.
cat >"$work/calx" <<WRAPPER
#!/bin/bash
[ "\${SLURM_ARRAY_TASK_ID:-}" = "" ] || echo \$\$ >"$work/pid-\$SLURM_ARRAY_TASK_ID-\${SLURM_RESTART_COUNT:-0}"
exec "$calx" "\$@"
WRAPPER
chmod 755 "$work/calx"

state_of() { scontrol show job "$1" -o 2>/dev/null | sed -n 's/.*JobState=\([A-Z]*\).*/\1/p' | sort -u | tr '\n' ' '; }
merged() { [ "$(state_of "$merge")" = "COMPLETED " ]; }
# Slurm lets a job that was queued again wait two minutes; a test need not.
hasten() { scontrol update JobId="${array}_2" StartTime=now; }
some_records() { [ "$(find "$work/out/parts/2/records" -name '*.json' 2>/dev/null | wc -l)" -ge 2 ]; }

start_slurm
"$here/../cohort_study.py" --make "$work/films" --files "$films"
"$calx" plan "$work/films" -q -o "$work/manifest"
"$calx" run --manifest "$work/manifest" -q -o "$work/alone"

export CALX=$work/calx SBATCH_MEM_PER_CPU=500M
read -r _ array _ merge < <("$here/submit.sh" "$work/manifest" "$work/out" 4 2 -q)
echo "array job $array, merge job $merge"
until_true 120 some_records || fail "part 2 does not start"
kill -9 "$(cat "$work/pid-2-0")" || fail "part 2 was over before it could be killed: give more films"
echo "killed part 2 after $(find "$work/out/parts/2/records" -name '*.json' | wc -l) records"
until_true 60 sh -c "grep -q 'queued again' '$work/out/logs/${array}_2.log'" || fail "part 2 is not queued again"
until_true 30 hasten || true
until_true 600 merged || fail "the merge does not complete: $(state_of "$merge")"
restarts=$(scontrol show job "${array}_2" -o | sed -n 's/.*Restarts=\([0-9]*\).*/\1/p')
[ "$restarts" -ge 1 ] || fail "part 2 has no restart"
[ -e "$work/pid-2-1" ] || fail "part 2 did not run again"

for table in images deposits failures skipped; do
  for file in "$table.csv" "$table.ndjson"; do cmp "$work/alone/$file" "$work/out/cohort/$file" || fail "$file differs"; done
done
cmp "$work/alone/calx.sqlite" "$work/out/cohort/calx.sqlite" || fail "calx.sqlite differs"
"$calx" verify "$work/out/cohort" || fail "calx verify finds fault with the merged cohort"
echo "passed: $films files in 4 parts, one killed and restarted $restarts x; the merged tables are those of one machine"
