# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: window [OPTIONS] [ARGS...]
# help:     `parallax window` in the machine, on this X display; without one,
# help:     out/window.png from 48 frames of a script; ARGS are window's, and
# help:     --script, --frames, --screenshot among them replace the defaults

# What --views display and device need: the machine's own display (the window is on another one), and the
# device of the module for tests.
window_views=()

main() {
	machine_options window "$@"
	root_need
	build_for_machine parallax
	# shellcheck disable=SC2016 # the machine's shell expands it
	[[ ${arguments[*]} != *display* ]] || window_views+=(sh -c 'modprobe bochs && exec "$@"' -)
	[[ ${arguments[*]} != *device* ]] || window_views+=(vm/guest/with-importer.sh)
	if [[ ${DISPLAY:-} =~ ^(unix)?:([0-9]+)(\.[0-9]+)?$ ]]; then
		window_on_display "${BASH_REMATCH[2]}"
	else
		window_picture
	fi
}

# The machine's X clients reach this host's X server through QEMU: connections to
# 10.0.2.100:6000 in the machine's network are joined with the server's socket.
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
	machine_run "${window_views[@]}" env XAUTHORITY="$cookies" vm/guest/over-network.sh \
		parallax window "${arguments[@]}"
}

# window_cookies FILE: the X server's cookies, valid from any host.
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

# The user's options replace these.
window_picture() {
	local status=0 picture=out/window.png i
	local -A show=([--script]=demo/window/show.script [--frames]=48 [--screenshot]=$picture)
	for i in "${!arguments[@]}"; do
		case ${arguments[i]} in
		--script | --script=*) unset 'show[--script]' ;;
		--frames | --frames=*) unset 'show[--frames]' ;;
		--screenshot) picture=${arguments[i + 1]:-} ;;&
		--screenshot=*) picture=${arguments[i]#*=} ;;&
		--screenshot | --screenshot=*) unset 'show[--screenshot]' ;;
		esac
	done
	say "there is no X display here; the window opens on a display that is not shown, and is drawn into $picture"
	mkdir -p -- "$project/out"
	for i in "${!show[@]}"; do arguments+=("$i" "${show[$i]}"); done
	machine_run "${window_views[@]}" vm/guest/with-x11.sh 1280x720 parallax window "${arguments[@]}" || status=$?
	case $status in
	0 | 1) say "the picture is $picture" ;;
	esac
	return "$status"
}
