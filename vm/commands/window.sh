# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: window [OPTIONS] [ARGS...]
# help:     `parallax window` in the machine, on this X display; where there is
# help:     none, out/window.png from a run without hands; ARGS are window's

# The machine's own display, beside the one that the window is on, for --views display.
window_display=()

main() {
	machine_options window "$@"
	root_need
	build_for_machine
	# shellcheck disable=SC2016 # the machine's shell expands it
	[[ ${arguments[*]} != *display* ]] || window_display=(sh -c 'modprobe bochs && exec "$@"' -)
	if [[ ${DISPLAY:-} =~ ^(unix)?:([0-9]+)(\.[0-9]+)?$ ]]; then
		window_on_display "${BASH_REMATCH[2]}"
	else
		window_picture
	fi
}

# The machine's X clients reach this host's X server through QEMU: what connects
# to 10.0.2.100:6000 in the machine's network is joined with the server's socket.
window_on_display() {
	local number=$1 cookies=$project/build/vm/window.xauthority
	mkdir -p -- "$project/build/vm"
	window_cookies "$cookies"
	at_exit "rm -f -- '$cookies'"
	say "the window is on display :$number; H in it shows the keys"
	machine_qemu+=(
		-netdev "user,id=net,restrict=on,guestfwd=tcp:10.0.2.100:6000-cmd:perl $project/vm/guest/x11-bridge.pl $number"
		-device "virtio-net-pci,netdev=net"
	)
	machine_run "${window_display[@]}" env XAUTHORITY="$cookies" vm/guest/over-network.sh \
		parallax window "${arguments[@]}"
}

# window_cookies FILE: what the X server asks of its clients, valid from anywhere.
window_cookies() {
	local from=${XAUTHORITY:-$HOME/.Xauthority}
	(umask 077 && : >"$1")
	[[ -r $from ]] || return 0
	cat -- "$from" >"$1"
	in_room bash -c '
		xauth -f "$1" nlist ":$2" | sed "s/^..../ffff/" >"$1.all"
		: >"$1"
		xauth -f "$1" nmerge "$1.all"
		rm -f "$1.all" "$1-c" "$1-l"' - "$1" "$number" 2>/dev/null || true
}

window_picture() {
	local status=0
	say "there is no X display here; the window is shown to nobody, and drawn into out/window.png"
	mkdir -p -- "$project/out"
	machine_run "${window_display[@]}" vm/guest/with-x11.sh 1280x720 parallax window --script demo/window/show.script \
		--frames 48 --screenshot out/window.png "${arguments[@]}" || status=$?
	case $status in
	0 | 1) say "the picture is $project/out/window.png" ;;
	esac
	return "$status"
}
