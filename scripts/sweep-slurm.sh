#!/bin/bash
#SBATCH --job-name=sweep
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%A_%a.log

# Runs a sweep as a Slurm job array: each task is a shard with a file of its own.
#
#   sbatch --array=1-16 scripts/sweep-slurm.sh 16 results/sweep.csv tanh selu --gain 0.5:2:0.1 --trials 3
#
# The first argument is the number of shards, the second the file of the whole sweep, from which those
# of the shards are named: results/sweep.3-of-16.csv. All others are initprobe's, for every task alike.
# INITPROBE is the program where it is not on the PATH.
#
# A task that is preempted, requeued or whose node has died goes on after the last point in its file;
# tasks that are done already end at once. So after any mishap submit the same line again, or some of
# the tasks alone, as in --array=3,7. Small networks want one core a task and many tasks; large ones
# --cpus-per-task=8. When all are done:
#
#   initprobe merge results/sweep.*-of-16.csv --output results/sweep.csv \
#     -- tanh selu --gain 0.5:2:0.1 --trials 3

set -euo pipefail

if [[ $# -lt 3 || ! ${SLURM_ARRAY_TASK_ID:-} ]]; then
  echo "Usage: sbatch --array=1-<n> $0 <n> <file> <activation>... --gain <list> [options]" >&2
  exit 64
fi
count=$1
file=$2
shift 2

exec "${INITPROBE:-initprobe}" sweep "$@" --quiet --threads "${SLURM_CPUS_PER_TASK:-1}" \
  --shard "auto/$count" \
  --output "${file%.*}.$SLURM_ARRAY_TASK_ID-of-$count.${file##*.}"
