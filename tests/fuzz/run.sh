#!/usr/bin/env bash
# Runs every fuzz target for an equal share of some seconds: tests/fuzz/run.sh PYTHON SECONDS [SEED [PERCENT]]
# Guided by coverage if that Python has atheris. Ends with the first target that finds something, prints it and
# how to see it again.
# With a SEED the inputs are the same each time: as many as a target tries in 10 to 15 s, or PERCENT of that. The
# seconds are then no more than a bound, and a slow machine finds nothing that a quick one does not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

python=$1
share=$(($2 / 7))
seed=${3:-}
percent=${4:-100}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if [ -n "$seed" ]; then export PYTHONHASHSEED=0; fi

run() { # a target, its number of inputs, and how it is run where they have to be the same
    local options=("-max_total_time=$share" -max_len=8000 -rss_limit_mb=4096 "-artifact_prefix=$scratch/found-")
    if [ -n "$seed" ]; then
        options+=("-seed=$seed" "-runs=$(($2 * percent / 100))" -timeout=600 "${@:3}")
    else
        options+=(-timeout=60)
    fi
    echo "== fuzz_$1: ${seed:+seed $seed, $(($2 * percent / 100)) inputs, at most }$share s"
    if ! "$python" "fuzz_$1.py" -print_final_stats=1 "${options[@]}" >"$scratch/log" 2>&1; then
        grep -v '^INFO: Instrumenting' "$scratch/log" | tail -n 40
        for path in "$scratch"/found-*; do
            if [ -f "$path" ]; then
                echo "To see it again: echo $(base64 -w 0 "$path") | base64 -d >found &&" \
                    "PYTHONHASHSEED=0 python tests/fuzz/fuzz_$1.py found"
            fi
        done
        exit 1
    fi
    grep -E '^stat::number_of_executed_units|inputs$' "$scratch/log" || true
}

run parse 3000
run resolve 1200
run prompt 150
run shapes 2000
# What these two cover differs from run to run (addresses, threads), so that guidance would lead elsewhere.
run logging 1000 --no-guidance
run messages 60 --no-guidance
echo "== fuzz_lsp: ${seed:+6 sessions, at most }$share s"
"$python" fuzz_lsp.py "$share" ${seed:+"$((6 * percent / 100))"}
