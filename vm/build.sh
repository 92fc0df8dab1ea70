# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Builds in the room: the library and its programs in build/dev, and the module
# once for each kernel in build/kmod/RELEASE.

build_programs() {
	[[ -f $project/CMakeLists.txt ]] || return 0
	with_lock "$project/build/.lock" "the build" \
		step "building the programs" "$project/build/programs.log" in_room bash -c '
			set -e
			preset=$1
			[ -f "build/$preset/build.ninja" ] || cmake --preset "$preset"
			cmake --build "build/$preset"' - "$preset"
}

# build_module RELEASE
build_module() {
	[[ -f $project/kmod/Makefile ]] || return 0
	with_lock "$project/build/.lock" "the build" \
		step "building the module for $1" "$project/build/kmod-$1.log" \
		in_room make -C kmod CC=gcc W=1 KVER="$1" O="$project/build/kmod/$1"
}

# build_modules NAME...: for the kernels of these names
build_modules() {
	local name release
	for name in "$@"; do
		release=$(kernel_release "$name") || exit
		build_module "$release"
	done
}

# What a command needs that is about to start the machine.
build_for_machine() {
	local release
	kernel_need "$machine_kernel"
	release=$(kernel_release "$machine_kernel") || exit
	[[ $machine_build -eq 1 ]] || return 0
	build_programs
	[[ $machine_module -eq 0 ]] || build_module "$release"
}

module_of() { printf '%s\n' "$project/build/kmod/$1/dmabuf_exporter.ko"; }
