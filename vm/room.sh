# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The room: a sandbox with the root file system, read-only, and the project at its
# path on the host. Programs are built in it, QEMU runs in it, and it is the
# machine's file system.

# room_view NAME [ROOT WHERE]: sets the array NAME to bwrap's arguments for the file
# systems: those of the root, and of another below WHERE.
room_view() {
	local -n view_=$1
	view_=(--die-with-parent --unshare-pid --unshare-ipc --unshare-uts --hostname parallax)
	[[ $EUID -eq 0 ]] || view_+=(--unshare-user --uid 0 --gid 0)
	room_view_of "$root" ''
	if [[ $# -gt 1 ]]; then
		view_+=(--perms 0755 --dir "$3") # bwrap's default is a directory for its user alone
		room_view_of "$2" "$3"
	fi
	[[ ! -d $debug_kernel ]] || room_view_debug_kernel
	room_view_foreign
}

# room_view_of ROOT WHERE: adds that root to the view, below WHERE. Its parts are
# bound one by one, so that the directories above the project can be made beside
# them while the root itself is never written to.
room_view_of() {
	local part name
	for part in "$1"/*; do
		name=${part##*/}
		case $name in
		bin | boot | etc | lib* | opt | sbin | usr | var)
			if [[ -L $part ]]; then
				view_+=(--symlink "$(readlink -- "$part")" "$2/$name")
			else
				view_+=(--ro-bind "$part" "$2/$name")
			fi ;;
		esac
	done
	view_+=(--dir "$2/root" --dir "$2/run" --dir "$2/home" --dir "$2/mnt")
}

# The debug kernel among those of the root.
room_view_debug_kernel() {
	local part
	view_+=(--tmpfs /usr/lib/modules)
	for part in "$root"/usr/lib/modules/* "$debug_kernel"/*; do
		view_+=(--ro-bind "$part" "/usr/lib/modules/${part##*/}")
	done
}

# The roots of other architectures, each at /ARCH.
room_view_foreign() {
	local arch foreign
	for arch in $(arch_foreign); do
		foreign=$(foreign_root "$arch")
		[[ ! -d $foreign ]] || view_+=(--ro-bind "$foreign" "/$arch")
	done
}

# in_room CMD...: runs CMD in the project directory, without variables of the
# user's environment that affect a build. CMake finds ccache; it is configured here
# to recognise a file in another checkout. More arguments for bwrap may precede CMD.
in_room() {
	local -a view
	room_view view
	mkdir -p -- "$cache/ccache"
	bwrap "${view[@]}" --dev /dev --proc /proc --ro-bind /sys /sys --tmpfs /tmp \
		--bind "$cache/ccache" /run/ccache --bind "$project" "$project" --chdir "$project" \
		--clearenv --setenv HOME /root --setenv LANG C.UTF-8 --setenv TERM "${TERM:-dumb}" \
		--setenv PATH "$room_path" --setenv CCACHE_DIR /run/ccache --setenv CCACHE_MAXSIZE 4G \
		--setenv CCACHE_BASEDIR "$project" --setenv CCACHE_NOHASHDIR 1 \
		--setenv CTEST_PARALLEL_LEVEL "$jobs" --setenv CMAKE_BUILD_PARALLEL_LEVEL "$jobs" \
		"$@"
}

readonly preset=dev
readonly system_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
readonly room_path=$project/build/$preset/bin:$system_path
