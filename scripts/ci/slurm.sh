#!/usr/bin/env bash
# A run in three shards on a real Slurm of this one machine, with a task killed on the way: submitted, what is missing submitted
# again, merged, reported, and held against the run in one piece. As root, after the build. Ends with "N passed, N failed".
# Slurm runs without systemd, cgroups or munge, from a folder that goes again.
set -uo pipefail
cd "$(dirname "$0")/../.."
cfalign() { node dist/cli/main.js "$@"; }

work=$(mktemp -d)
daemons=()
clean() {
  scancel --user=root --quiet 2>/dev/null
  for id in "${daemons[@]}"; do kill "$id" 2>/dev/null; done
  for id in "${daemons[@]}"; do wait "$id" 2>/dev/null; done
  rm -rf "$work" ${worlds:+"$worlds"}
}
trap clean EXIT

passed=0
failed=0
# check NAME COMMAND…: one check.
check() {
  if "${@:2}"; then passed=$((passed + 1)); echo "ok: $1"; else failed=$((failed + 1)); echo "FAILED: $1"; fi
}
finish() {
  if [ "$failed" -ne 0 ]; then tail -n 5 "$work"/*.log "$work"/runs/*.jobs/*.txt 2>/dev/null; fi
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
  exit
}
# within SECONDS COMMAND…: whether it succeeds in that time.
within() {
  local end=$((SECONDS + $1))
  until "${@:2}"; do [ "$SECONDS" -lt "$end" ] || return 1; sleep 0.3; done
}

export SLURM_CONF="$work/slurm.conf"
mkdir -p "$work/state" "$work/spool"
(umask 077 && head -c 1024 /dev/urandom >"$work/slurm.key")
host=$(hostname -s)
cat >"$SLURM_CONF" <<END
ClusterName=ci
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
AuthType=auth/slurm
CredType=cred/slurm
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SelectTypeParameters=CR_Core
SchedulerParameters=defer_batch,sched_interval=1,batch_sched_delay=0
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=p Nodes=$host Default=YES State=UP
END
slurmctld -D -f "$SLURM_CONF" >"$work/slurmctld.log" 2>&1 &
daemons+=($!)
slurmd -D -N "$host" -f "$SLURM_CONF" >"$work/slurmd.log" 2>&1 &
daemons+=($!)
is_up() { sinfo --noheader --format=%T 2>/dev/null | grep -q idle; }
check "Slurm is up" within 30 is_up
[ "$failed" -eq 0 ] || finish

runs="$work/runs"
mkdir -p "$runs"
world=$(node --conditions=source --import tsx scripts/ci/slurm-world.ts make "$work")
worlds=$(dirname "$world")
align=("$work/faces" --workspace "$world" --base smiling,glasses,biased --limit 90 --robustness)
submit() { cfalign submit slurm --shards 3 --out "$runs/all" --submit "$@" -- "${align[@]}"; }

check "the run is submitted" submit
# On the way: begun, and killed as a machine that goes down kills it.
begun() { [ -e "$runs/all.shards/2/run.json" ]; }
check "the second task begins" within 60 begun
task=$(squeue --noheader --array --format='%i %j' | awk '$2 == "cfalign-align" && $1 ~ /_2$/ { print $1 }')
check "the second task is killed" scancel --signal=KILL --full "$task"
is_idle() { [ -z "$(squeue --noheader)" ]; }
check "the jobs behind it are cancelled, not left waiting" within 90 is_idle
state() { cfalign merge --status "$runs/all.shards/$1" --json | grep -o '"state": *"[a-z]*"' | grep -o '[a-z]*"$' | tr -d '"'; }
is() { [ "$(state "$1")" = "$2" ]; }
check "the first shard is finished" is 1 finished
check "the second shard is not" is 2 unfinished
check "the third shard is finished" is 3 finished

second=$(cfalign submit slurm --shards 3 --out "$runs/all" --missing --json -- "${align[@]}")
check "what is missing is the second shard" grep -q 'array=2' <<<"$second"
check "what is missing is submitted" submit --missing
has_report() { [ -e "$runs/all/report.html" ]; }
check "the run is merged and reported" within 120 has_report
check "nothing is left in the queue" within 10 is_idle
cfalign align "${align[@]}" --out "$runs/one" >"$work/one.log" 2>&1
check "the merged run equals the run in one piece" node --conditions=source --import tsx scripts/ci/slurm-world.ts same "$runs/all" "$runs/one"
finish
