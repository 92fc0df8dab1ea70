#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# compiler.sh KDIR: the variables that have kbuild take the compiler that built that
# kernel, or the nearest; on stderr, which that is and why. CC, LLVM and CROSS_COMPILE
# in the environment are the user's, and go before all else.
tree=$1
text=$(cat "$tree/.config" "$tree/include/config/auto.conf" 2>/dev/null |
	sed -n 's/^CONFIG_CC_VERSION_TEXT="*\([^"]*\)"*$/\1/p' | head -n 1)
recorded=${text%% *}

say() { echo "compiler: $*" >&2; }
there() { command -v "$1" >/dev/null; }
has() { cat "$tree/.config" "$tree/include/config/auto.conf" 2>/dev/null | grep -q "^CONFIG_$1=y"; }

# The machine that the kernel is for, as the names of compilers have it.
machine() {
	case $recorded in
	*-gcc*) echo "${recorded%%-*}" ;;
	*)
		if has ARM64; then
			echo aarch64
		elif has ARM; then
			echo arm
		elif has RISCV; then
			echo riscv64
		elif has X86_64; then
			echo x86_64
		else
			host
		fi ;;
	esac
}
host() { uname -m | sed 's/^armv.*/arm/'; }

# The recorded one, then those of its prefix, of this machine, and of distributions.
candidates() {
	machine=$(machine)
	prefixes="$machine-linux-gnu- $machine-linux-gnueabihf-"
	[ "$machine" != "$(host)" ] || prefixes="none $prefixes"
	case $recorded in
	*-gcc*) prefixes="${recorded%gcc*} $prefixes" ;;
	esac
	[ "$machine" != "$(host)" ] && [ "$recorded" = "${recorded#*-gcc}" ] || echo "$recorded"
	for prefix in $prefixes; do
		prefix=${prefix#none}
		echo "${prefix}gcc-$1 ${prefix}gcc"
	done
}

if [ -n "$CC" ]; then
	say "$CC, which CC= names"
elif [ -n "$LLVM" ]; then
	say "clang, since LLVM=$LLVM"
elif [ "$text" != "${text#*clang version }" ]; then
	version=${text#*clang version }
	llvm=1
	there clang || ! there "clang-${version%%.*}" || llvm=-${version%%.*}
	say "clang, LLVM=$llvm, since $text built the kernel"
	echo "LLVM=$llvm"
elif [ -n "$CROSS_COMPILE" ]; then
	say "gcc of CROSS_COMPILE=$CROSS_COMPILE"
elif [ -z "$recorded" ]; then
	say "kbuild's own choice, since $tree does not say what built the kernel"
else
	version=$(echo "$text" | sed -n 's/^[^)]*) *\([0-9]*\)\..*/\1/p')
	for compiler in $(candidates "$version"); do
		there "$compiler" || continue
		if [ "$compiler" = "$recorded" ]; then
			say "$compiler, which built the kernel"
		else
			say "$compiler, since $recorded, which built the kernel, is not installed"
		fi
		echo "CC=$compiler"
		[ "$compiler" = "${compiler#*-gcc}" ] || echo "CROSS_COMPILE=${compiler%gcc*}"
		exit
	done
	say "kbuild's own choice, since there is none like $recorded, which built the kernel;" \
		"CC=, LLVM= and CROSS_COMPILE= name others"
fi
