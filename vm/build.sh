# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Builds in the room: the library and its programs in build/dev, those for machines of another
# architecture in build/ARCH, and the module once for each kernel in build/kmod/RELEASE, with the
# kernel's test drivers beside it.

# build_programs [TARGET...]: all of them, or these targets of CMake.
build_programs() { build_programs_for "$arch_host" "$@"; }

# build_programs_for ARCH [TARGET...]
build_programs_for() {
	local log=programs what='the programs' arch_preset=''
	[[ -f $project/CMakeLists.txt ]] || return 0
	arch_take "$1"
	[[ $1 == "$arch_host" ]] || log+=-$1 what+=" for $1"
	with_lock "$project/build/.lock" "the build" \
		step "building $what" "$project/build/$log.log" in_build "$arch_preset" "${@:2}"
}

# in_build PRESET [TARGET...]: configures that preset of CMake, unless it is configured for this path
# of the project already, and builds the targets.
in_build() {
	in_room bash -euc '
		preset=$1 cache=build/$1/CMakeCache.txt
		shift
		if [[ ! -f build/$preset/build.ninja ]] || ! grep -qx "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$cache"; then
			cmake --fresh --preset "$preset"
		fi
		cmake --build "build/$preset" ${1:+--target "$@"}' - "$@"
}

# build_targets_for CMD...: the targets that the command needs in the machine, none for all.
build_targets_for() { [[ ${1:-} != parallax ]] || echo parallax-program; }

# build_module RELEASE
build_module() {
	[[ -f $project/kmod/Makefile ]] || return 0
	with_lock "$project/build/.lock" "the build" \
		step "building the module for $1" "$project/build/kmod-$1.log" \
		in_room make -C kmod W=1 KVER="$1" KDIR="$(kernel_build "$1")" O="$project/build/kmod/$1"
}

# build_modules NAME...: for the kernels of these names
build_modules() {
	local name release
	for name in "$@"; do
		release=$(kernel_release "$name") || exit
		build_module "$release"
		build_test_drivers "$release"
	done
}

# build_test_drivers RELEASE: the kernel's own drivers for tests, which Debian does not build, from the kernel's
# source in the root. That is the source of the newest kernel, so for it alone, on every architecture.
build_test_drivers() {
	local folder=$project/build/kmod/$1/test-drivers newest
	newest=$(kernel_release '') || return
	[[ ${1%%-*} == "${newest%%-*}" && ! -e $folder/vkms.ko ]] || return 0
	# shellcheck disable=SC2016 # for the shell in the room
	with_lock "$project/build/.lock" "the build" \
		step "building the kernel's test drivers for $1" "$project/build/test-drivers-$1.log" \
		in_room bash -euc '
			mkdir -p "$2"
			ln -sfn "$PWD"/vm/test-drivers/Kbuild "$3"/v4l2-core/v4l2-mem2mem.c "$3"/test-drivers/vim2m.c \
				"$3"/test-drivers/vicodec/*.[ch] "$4"/vkms/*.[ch] "$2"
			make -C "$1" $(sh kmod/compiler.sh "$1") M="$2" modules' - \
		"$(kernel_build "$1")" "$folder" /usr/src/linux-selftests/drivers/{media,gpu/drm}
}

# build_for_machine CMD...: what a machine needs to run CMD.
build_for_machine() {
	local release
	kernel_need "$machine_kernel"
	release=$(kernel_release "$machine_kernel") || exit
	[[ $machine_build -eq 1 ]] || return 0
	accelerator_begin
	# shellcheck disable=SC2046 # these are words
	build_programs_for "$(arch_of "$release")" $(build_targets_for "$@")
	[[ $machine_module -eq 1 ]] || return 0
	build_module "$release"
	[[ ${1:-} == parallax ]] || build_test_drivers "$release"
}

module_of() { printf '%s\n' "$project/build/kmod/$1/dmabuf_exporter.ko"; }
