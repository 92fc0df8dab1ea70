#!/bin/sh
# SPDX-License-Identifier: MIT
# fuzz.sh PROGRAM CORPUS RUNS: runs the parser on RUNS inputs, which libFuzzer makes from those in
# CORPUS. PARALLAX_FUZZ_SEED changes the seed, PARALLAX_FUZZ_RUNS the number. An input that crashes
# the parser is kept in the present folder.
program=$1 corpus=$2 runs=${PARALLAX_FUZZ_RUNS:-$3} seed=${PARALLAX_FUZZ_SEED:-1}
scratch=$(mktemp -d) || exit
trap 'rm -rf -- "$scratch"' EXIT
mkdir "$scratch/found"
if "$program" -seed="$seed" -runs="$runs" -max_len=4096 -timeout=20 -rss_limit_mb=768 -malloc_limit_mb=1100 \
	-dict="${0%/*}/${corpus##*/}.dict" "$scratch/found" "$corpus" >"$scratch/log" 2>&1; then
	sed -n 's/^#.*DONE/inputs: '"$runs, seed $seed;"'/p' "$scratch/log"
else
	cat "$scratch/log"
	exit 1
fi
