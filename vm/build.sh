# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Builds in the room: the library and its programs in build/dev, and the module
# once for each kernel in build/kmod/RELEASE, from links to the same sources.

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
		step "building the module for $1" "$project/build/kmod-$1.log" in_room bash -c '
			set -e
			release=$1 out=build/kmod/$1
			mkdir -p "$out"
			find "$out" -maxdepth 1 -type l -delete
			ln -s ../../../kmod/* "$out"
			make -C "/lib/modules/$release/build" M="$PWD/$out" modules' - "$1"
}

module_of() { printf '%s\n' "$project/build/kmod/$1/dmabuf_exporter.ko"; }
