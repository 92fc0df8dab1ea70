#!/bin/sh
# SPDX-License-Identifier: MIT
# expect.sh STATUS PATTERN COMMAND...: runs COMMAND; it must end with STATUS, and a line of what it
# prints must match the extended regular expression PATTERN.
status=$1 pattern=$2
shift 2
output=$("$@" 2>&1)
got=$?
printf '%s\n' "$output"
if [ "$got" -ne "$status" ]; then
	echo "expected exit status $status, got $got" >&2
	exit 1
fi
if ! printf '%s\n' "$output" | grep -Eq -e "$pattern"; then
	echo "expected a line that matches: $pattern" >&2
	exit 1
fi
