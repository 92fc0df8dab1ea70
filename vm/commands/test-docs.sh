# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: test-docs
# help:     the commands of README.md, and of those pages that `lab test` leaves out

main() {
	[[ $# -eq 0 ]] || usage_error "test-docs: what is '$1'?"
	root_need
	build_for_machine
	shows 0 'parallax render' help
	shows 0 '^7\.' kernels
	shows 0 'same memory: 0 of [1-9]' demo
	shows 1 'DIFFERENT: [1-9]' demo --decoy
	shows 0 'same memory: 0 of [1-9]' scanout
	shows 0 'out/window.png' window
	shows 0 '^exporter' run --kernel 6.12 -- sh -c 'ls /dev | grep exporter'
	say "the commands of the pages"
	machine_run ctest --test-dir "build/$preset" --output-on-failure -L pages || die "pages do not tell what happens"
}

# shows STATUS PATTERN COMMAND ARGS...: lab's COMMAND ends so, and says a line like that.
shows() {
	local wanted=$1 pattern=$2 status=0 log=$project/build/test-docs.log
	shift 2
	say "./lab $*"
	(unset DISPLAY && "$project/lab" "$@") >"$log" 2>&1 || status=$?
	[[ $status -eq $wanted ]] || die "lab $*: exit status $status, not $wanted. What it said: $log"
	grep -q -E -e "$pattern" "$log" || die "lab $*: no line is like '$pattern'. What it said: $log"
}
