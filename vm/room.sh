# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The room: the root file system seen from inside, read-only, with the project
# at the path that it has outside. Everything is built in it, QEMU runs in it,
# and the machine's file system is a view of it.

# room_view NAME: sets the array NAME to bwrap's arguments for the file systems.
# The parts of the root are bound one by one, so that the directories above the
# project can be made beside them while the root itself is never written to.
room_view() {
	local -n view_=$1
	local part name
	view_=(--die-with-parent --unshare-pid --unshare-ipc --unshare-uts --hostname parallax)
	[[ $EUID -eq 0 ]] || view_+=(--unshare-user --uid 0 --gid 0)
	for part in "$root"/*; do
		name=${part##*/}
		case $name in
		bin | boot | etc | lib* | opt | sbin | usr | var)
			if [[ -L $part ]]; then
				view_+=(--symlink "$(readlink -- "$part")" "/$name")
			else
				view_+=(--ro-bind "$part" "/$name")
			fi ;;
		esac
	done
	view_+=(--dir /root --dir /run --dir /home --dir /mnt)
	[[ -d $debug_kernel ]] || return 0
	view_+=(--tmpfs /usr/lib/modules) # the debug kernel among those of the root
	for part in "$root"/usr/lib/modules/* "$debug_kernel"/*; do
		view_+=(--ro-bind "$part" "/usr/lib/modules/${part##*/}")
	done
}

# in_room CMD...: runs CMD in the project directory, without what the user's own
# environment would change in a build. CMake finds ccache by itself; here it is
# told to know a file again in another checkout. Before CMD may come more
# arguments of bwrap's.
in_room() {
	local -a view
	room_view view
	mkdir -p -- "$cache/ccache"
	bwrap "${view[@]}" --dev /dev --proc /proc --ro-bind /sys /sys --tmpfs /tmp \
		--bind "$cache/ccache" /run/ccache --bind "$project" "$project" --chdir "$project" \
		--clearenv --setenv HOME /root --setenv LANG C.UTF-8 --setenv TERM "${TERM:-dumb}" \
		--setenv PATH "$room_path" --setenv CCACHE_DIR /run/ccache --setenv CCACHE_MAXSIZE 2G \
		--setenv CCACHE_BASEDIR "$project" --setenv CCACHE_NOHASHDIR 1 \
		--setenv CTEST_PARALLEL_LEVEL "$jobs" --setenv CMAKE_BUILD_PARALLEL_LEVEL "$jobs" \
		"$@"
}

readonly preset=dev
readonly binaries=$project/build/$preset
readonly room_path=$binaries/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
