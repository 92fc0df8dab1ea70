#!/bin/bash
# SPDX-License-Identifier: MIT
#
# with-x11.sh SIZE CMD...: runs CMD with an X server in memory (Xvfb) of SIZE pixels
# (1280x720), and returns its exit status.
size=$1
shift

mkdir -p /tmp/.X11-unix
exec {number}< <(
	exec {said}>&1 >&2
	exec Xvfb -displayfd "$said" -screen 0 "${size}x24" -nolisten tcp -noreset
)
server=$!
if ! read -r -u "$number" DISPLAY; then
	echo "with-x11: Xvfb did not start" >&2
	exit 69
fi
export DISPLAY=:$DISPLAY

"$@"
status=$?
kill "$server"
exit "$status"
