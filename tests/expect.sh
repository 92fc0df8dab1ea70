#!/bin/sh
# SPDX-License-Identifier: MIT
# expect.sh STATUS PATTERN COMMAND...: runs COMMAND, which must end with STATUS, and one line of its
# output must match the extended regular expression PATTERN: the line alone, or joined with the
# indented lines below it, into which text is broken at the terminal's width.
status=$1 pattern=$2
shift 2
output=$("$@" 2>&1)
got=$?
printf '%s\n' "$output"
if [ "$got" -ne "$status" ]; then
	echo "expected exit status $status, got $got" >&2
	exit 1
fi
unbroken=$(printf '%s\n' "$output" | sed -e ':next' -e '$!{N;b next' -e '}' -e 's/\n  */ /g')
if ! printf '%s\n' "$output" "$unbroken" | grep -Eq -e "$pattern"; then
	echo "expected a line that matches: $pattern" >&2
	exit 1
fi
