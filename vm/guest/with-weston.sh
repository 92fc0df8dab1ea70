#!/bin/bash
# SPDX-License-Identifier: MIT
#
# with-weston.sh SIZE CMD...: runs CMD with a Wayland compositor without a screen (Weston, which draws
# by OpenGL) whose output has SIZE pixels (640x480), and returns its exit status.
size=$1
shift

XDG_RUNTIME_DIR=$(mktemp -d)
export XDG_RUNTIME_DIR WAYLAND_DISPLAY=parallax
weston --backend=headless --renderer=gl --shell=kiosk --socket="$WAYLAND_DISPLAY" --no-config --debug \
	--width="${size%x*}" --height="${size#*x}" --idle-time=0 >"$XDG_RUNTIME_DIR/log" 2>&1 &
compositor=$!
until [[ -S $XDG_RUNTIME_DIR/$WAYLAND_DISPLAY ]]; do
	if ! kill -0 "$compositor" 2>/dev/null; then
		echo "with-weston: Weston did not start:" >&2
		cat "$XDG_RUNTIME_DIR/log" >&2
		exit 69
	fi
	sleep 0.1
done

"$@"
status=$?
kill "$compositor"
exit "$status"
