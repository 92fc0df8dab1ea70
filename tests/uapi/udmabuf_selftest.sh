#!/bin/sh
# SPDX-License-Identifier: MIT
#
# udmabuf_selftest.sh PROGRAM - runs the kernel's own test of udmabuf, built from the kernel's source.
# Its tests 6 and 7 need 2 GiB of huge pages: if the machine has less, it ends there, and the others
# must have passed.
set -eu
program=$1
huge_pages=/proc/sys/vm/nr_hugepages

if [ ! -x "$program" ]; then
    echo "$program is missing: its source belongs in /usr/src/linux-selftests (Debian's" >&2
    echo "linux-source, tools/testing/selftests) before the build is configured" >&2
    exit 1
fi

before=$(cat $huge_pages)
trap 'echo "$before" >$huge_pages' EXIT
wanted=5
available=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)
if [ "$available" -gt $((2500 * 1024)) ]; then
    echo 1024 >$huge_pages
    [ "$(cat $huge_pages)" -lt 1024 ] || wanted=7
fi
[ $wanted -eq 7 ] || echo "tests 6 and 7 want 2 GiB of huge pages, and $available KiB are free at all"

output=$("$program" 2>&1 </dev/null) || [ $wanted -eq 5 ] || {
    printf '%s\n' "$output"
    echo "the selftest failed" >&2
    exit 1
}
printf '%s\n' "$output"
[ "$(printf '%s\n' "$output" | grep -c '^ok [1-7] .*PASS')" -ge $wanted ]
case $output in
*"not ok"*) exit 1 ;;
esac
