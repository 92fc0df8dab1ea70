#!/bin/bash
# SPDX-License-Identifier: MIT
#
# compilers.sh KMOD: with which compiler does kbuild build the module, where the kernel was built with
# this one and those are installed? Trees and compilers are made up; the tree says what it is told.
set -euo pipefail
kmod=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
cd "$folder"
failed=0 cases=0

# tree NAME TEXT [CONFIG...]: a kernel's tree, built by the compiler that says TEXT of itself.
tree() {
	mkdir "$1"
	{ printf 'CONFIG_CC_VERSION_TEXT="%s"\n' "$2" && printf 'CONFIG_%s=y\n' "${@:3}"; } >"$1/.config"
	cat >"$1/Makefile" <<-'END'
		CC = $(if $(LLVM),clang$(filter -%,$(LLVM)),$(CROSS_COMPILE)gcc)
		modules: ; @echo "kbuild: CC=$(CC) LLVM=$(LLVM) CROSS_COMPILE=$(CROSS_COMPILE)"
	END
}
tree cachyos 'clang version 22.1.8'
tree debian-clang 'Debian clang version 19.1.7 (3+b1)'
tree buildroot 'aarch64-buildroot-linux-gnu-gcc.br_real (Buildroot 2025.02) 13.3.0' ARM64
tree yocto 'aarch64-poky-linux-gcc (GCC) 13.3.0' ARM64
tree bookworm 'gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0' X86_64
tree bookworm-arm64 'gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0' ARM64
tree trixie 'x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0' X86_64
tree trixie-armhf 'arm-linux-gnueabihf-gcc-14 (Debian 14.2.0-19) 14.2.0' ARM
tree sid-arm64 'aarch64-linux-gnu-gcc-16 (Debian 16.2.0-4) 16.2.0' ARM64
tree fedora 'gcc (GCC) 15.2.1 20251111 (Red Hat 15.2.1-4)' X86_64
tree packaged 'x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0'
mkdir -p packaged/include/config
sed 's/"//g' packaged/.config >packaged/include/config/auto.conf
rm packaged/.config
mkdir unknown
cp fedora/Makefile unknown

# case_of TREE WANTED INSTALLED [ARGUMENT...]: on an x86-64 machine that has these compilers, make with
# the arguments has kbuild compile as wanted: CC LLVM CROSS_COMPILE. MACHINE and GIVEN, variables of the
# environment, are the case's.
case_of() {
	local name=$1 wanted=$2 installed=$3 program said
	shift 3
	cases=$((cases + 1))
	mkdir "bin-$cases"
	for program in sh make mkdir ln cat sed grep head; do
		ln -s "$(type -P "$program")" "bin-$cases"
	done
	printf '#!/bin/sh\necho %s\n' "${MACHINE:-x86_64}" >"bin-$cases/uname"
	for program in $installed; do
		printf '#!/bin/sh\n' >"bin-$cases/$program"
	done
	find "bin-$cases" -type f -exec chmod +x {} +
	# shellcheck disable=SC2086 # these are words
	said=$(env -i PATH="$folder/bin-$cases" ${GIVEN:-} make -s -C "$kmod" modules O="$folder/out-$cases" \
		KVER=x KDIR="$folder/$name" "$@" 2>&1) || true
	if ! grep -qxF "kbuild: $wanted" <<<"$said" || ! grep -q '^compiler: ' <<<"$said"; then
		printf 'case %s, %s %s: not %s, but\n%s\n' "$cases" "$name" "$*" "$wanted" "$said"
		failed=1
	fi
}
arm64=(ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-)
cross='CC=aarch64-linux-gnu-gcc LLVM= CROSS_COMPILE=aarch64-linux-gnu-'
plain='CC=gcc LLVM= CROSS_COMPILE='
llvm='CC=clang LLVM=1 CROSS_COMPILE='

# What the user gives goes before all else, from the environment too; CC from there means others.
case_of cachyos "$llvm" 'gcc clang' LLVM=1
case_of debian-clang "$llvm" 'gcc clang' LLVM=1
case_of debian-clang "$llvm" 'gcc clang' LLVM=1 CC=clang
case_of buildroot "$cross" 'gcc aarch64-linux-gnu-gcc' "${arm64[@]}"
case_of yocto "$cross" 'gcc aarch64-linux-gnu-gcc aarch64-poky-linux-gcc' "${arm64[@]}"
case_of yocto "$cross" 'gcc aarch64-poky-linux-gcc' "${arm64[@]}" CC=aarch64-linux-gnu-gcc
case_of trixie "CC=gcc-13 LLVM= CROSS_COMPILE=" 'gcc x86_64-linux-gnu-gcc-14' CC=gcc-13
GIVEN=CROSS_COMPILE=aarch64-linux-gnu- case_of yocto "$cross" 'gcc aarch64-poky-linux-gcc'
GIVEN=LLVM=1 case_of trixie "$llvm" 'gcc x86_64-linux-gnu-gcc-14'
GIVEN=CC=cc case_of fedora "$plain" 'gcc cc'

# A kernel that was built with clang.
case_of cachyos "$llvm" 'gcc clang clang-22'
case_of cachyos "$llvm" gcc
case_of debian-clang 'CC=clang-19 LLVM=-19 CROSS_COMPILE=' 'gcc clang-19 clang-18'
case_of cachyos 'CC=clang LLVM=1 CROSS_COMPILE=aarch64-linux-gnu-' 'gcc clang' "${arm64[@]}"

# The recorded one, where it is there.
case_of trixie 'CC=x86_64-linux-gnu-gcc-14 LLVM= CROSS_COMPILE=x86_64-linux-gnu-' 'gcc x86_64-linux-gnu-gcc-14'
case_of packaged 'CC=x86_64-linux-gnu-gcc-14 LLVM= CROSS_COMPILE=x86_64-linux-gnu-' 'gcc x86_64-linux-gnu-gcc-14'
case_of bookworm 'CC=gcc-12 LLVM= CROSS_COMPILE=' 'gcc gcc-12'
case_of fedora "$plain" 'gcc gcc-15'
case_of yocto 'CC=aarch64-poky-linux-gcc LLVM= CROSS_COMPILE=aarch64-poky-linux-' 'gcc aarch64-linux-gnu-gcc aarch64-poky-linux-gcc'

# Else the nearest: of the same name, of the same version, for the same machine.
case_of buildroot 'CC=aarch64-buildroot-linux-gnu-gcc LLVM= CROSS_COMPILE=aarch64-buildroot-linux-gnu-' \
	'gcc gcc-13 aarch64-linux-gnu-gcc aarch64-buildroot-linux-gnu-gcc'
case_of yocto 'CC=aarch64-linux-gnu-gcc-13 LLVM= CROSS_COMPILE=aarch64-linux-gnu-' \
	'gcc aarch64-linux-gnu-gcc aarch64-linux-gnu-gcc-13'
case_of sid-arm64 "$cross" 'gcc gcc-16 aarch64-linux-gnu-gcc'
case_of bookworm-arm64 "$cross" 'gcc gcc-12 aarch64-linux-gnu-gcc'
case_of trixie-armhf 'CC=arm-linux-gnueabihf-gcc LLVM= CROSS_COMPILE=arm-linux-gnueabihf-' 'gcc gcc-14 arm-linux-gnueabihf-gcc'
case_of bookworm "$plain" gcc
case_of trixie 'CC=gcc-14 LLVM= CROSS_COMPILE=' 'gcc gcc-14'
MACHINE=aarch64 case_of yocto "$plain" gcc
MACHINE=armv7l case_of trixie-armhf "$plain" gcc
# None is near: kbuild fails by its own words.
case_of sid-arm64 "$plain" 'gcc gcc-16'
case_of unknown "$plain" gcc

[[ $cases -ge 30 ]] || failed=1
exit "$failed"
