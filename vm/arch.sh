# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The architectures of machines. What depends on one is in its file vm/arch/NAME, as variables: the
# folder of libraries, CMake's preset of its programs, the flavours of Debian's kernels after which
# kernels are named, QEMU's program, machine and processor, the console, and options at boot. All but
# the host's own are foreign: emulated, and booted from roots of their own (vm/foreign.sh).

readonly arch_host=amd64

# arch_foreign: their names, one a line.
arch_foreign() {
	local file
	for file in "$project"/vm/arch/*; do
		[[ ${file##*/} == "$arch_host" ]] || printf '%s\n' "${file##*/}"
	done
}

# arch_of KERNEL: the architecture of a kernel, by its name or its release.
arch_of() {
	local arch
	for arch in $(arch_foreign); do
		case $1- in
		*-"$arch"-*) printf '%s\n' "$arch"; return ;;
		esac
	done
	printf '%s\n' "$arch_host"
}

# arch_take ARCH: sets the variables of that architecture.
arch_take() {
	arch=$1
	# shellcheck source=/dev/null
	source "$project/vm/arch/$arch"
}
arch_take "$arch_host"
