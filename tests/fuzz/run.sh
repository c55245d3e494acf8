#!/usr/bin/env bash
# Gives every fuzz target an equal share of some seconds: tests/fuzz/run.sh PYTHON SECONDS
# Guided by coverage if that Python has atheris. Ends with the first target that finds something.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

python=$1
share=$(($2 / 7))
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for target in parse resolve prompt shapes logging messages; do
    echo "== fuzz_$target, $share s"
    if ! "$python" "fuzz_$target.py" "-max_total_time=$share" -timeout=30 -max_len=8000 -print_final_stats=1 \
        "-artifact_prefix=$scratch/" "$scratch/$target" >"$scratch/log" 2>&1; then
        grep -v '^INFO: Instrumenting' "$scratch/log" | tail -n 40
        find "$scratch" -maxdepth 1 -type f ! -name log -exec base64 {} +
        exit 1
    fi
    grep -E '^stat::number_of_executed_units|inputs$' "$scratch/log" || true
done
echo "== fuzz_lsp, $share s"
"$python" fuzz_lsp.py "$share"
