# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The kernels that the module is built for and that are not booted: headers of Debian's, of several
# releases and architectures, and the compilers that built them. They lie in a root of their own, whose
# programs are sid's, since only sid has all these compilers. linux-kbuild and the cross compilers are
# amd64's, beside headers of other architectures.

readonly builds_space=6000 # MB that are needed while it is made; it is 2700 in the end
readonly builds_foreign='arm64 armhf riscv64'

# Headers, a suite and its metapackages a line; of Debian's oldest and of backports, amd64's alone.
readonly builds_kernels="
	$suite_before amd64 cloud-amd64 rt-amd64
	$suite amd64 cloud-amd64 rt-amd64 arm64:arm64 arm64-16k:arm64 armmp:armhf armmp-lpae:armhf riscv64:riscv64
	$backports amd64 cloud-amd64 rt-amd64
	sid amd64 cloud-amd64 rt-amd64 arm64:arm64 arm64-16k:arm64 armmp:armhf armmp-lpae:armhf riscv64:riscv64"
readonly builds_packages=(
	base-files base-passwd bash coreutils dash diffutils findutils gawk grep gzip sed tar make perl pahole ccache
	gcc-{12,14,16} gcc-{14,16}-{aarch64-linux-gnu,arm-linux-gnueabihf,riscv64-linux-gnu} clang lld llvm
)

# builds_need: the root is there after this, made now if need be; its path is in builds_root.
builds_need() {
	host_prepare
	writable_need "$cache"
	[[ -d $builds_root ]] || with_lock "$cache/root.lock" "the kernels' headers" builds_make
}

builds_make() {
	local work=$cache/builds.making
	[[ ! -d $builds_root ]] || return 0
	space_need "$builds_space" "the kernels' headers and their compilers"
	root_begin "$work" "$suite" "$suite_before" "$backports" sid
	builds_apt_config "$work"
	: >"$work/apt/status" # nothing is unwanted here
	step "reading what Debian has for other machines" "$cache/log/packages.log" root_sandbox "$work" apt-get update
	step "fetching and unpacking compilers and headers" "$cache/log/builds.log" builds_fill "$work"
	mv -T -- "$work/root" "$builds_root"
	rm -rf -- "$work"
}

# builds_apt_config WORK: has its apt know the other architectures too.
builds_apt_config() {
	local apt=$1/apt
	# shellcheck disable=SC2086 # these are words
	printf 'APT::Architectures { %s };\n' "$(printf '"%s"; ' $builds_foreign)" >>"$apt/apt.conf"
	sed -i 's/^deb \[/deb [arch=amd64 /' "$apt/sources.list"
	grep -E " (sid|$suite) " "$apt/sources.list" | sed "s/arch=amd64/arch=${builds_foreign// /,}/" >"$apt/foreign"
	cat "$apt/foreign" >>"$apt/sources.list"
}

# builds_fill WORK
builds_fill() {
	local work=$1 name deb running=0
	local -a words headers=()
	while read -ra words; do
		for name in "${words[@]:1}"; do
			mapfile -t -O "${#headers[@]}" headers < <(builds_headers "$work" "linux-headers-$name" "${words[0]}")
		done
	done <<<"${builds_kernels#$'\n'}"
	mapfile -t headers < <(printf '%s\n' "${headers[@]}" | sort -u)
	mkdir -p "$work"/root/usr/{bin,sbin,lib,lib64} "$work/headers"
	ln -s usr/{bin,sbin,lib,lib64} "$work/root"
	root_sandbox "$work" bash -euc 'cd headers && apt-get download "$@"' - "${headers[@]}"
	root_sandbox "$work" apt-get install --yes --download-only "${builds_packages[@]}"
	for deb in "$work"/headers/*.deb "$work"/apt/archives/*.deb; do
		if [[ $running -eq $jobs ]]; then
			wait -n
			running=$((running - 1))
		fi
		root_unpack "$deb" "$work" &
		running=$((running + 1))
	done
	while [[ $running -gt 0 ]]; do
		wait -n
		running=$((running - 1))
	done
	builds_finish "$work/root"
}

# builds_headers WORK METAPACKAGE SUITE: the packages that it stands for: PACKAGE=VERSION a line.
builds_headers() {
	local work=$1 name machine=${2#"${2%:*}"} version package
	package=${2%:*}
	read -r name version < <(root_sandbox "$work" apt-cache show "$2/$3" |
		sed -n "s/^Depends:.*\(linux-headers-[0-9][^ ,]*-${package#linux-headers-}\) (= \([^)]*\)).*/\1 \2/p" | head -n 1)
	[[ -n $name ]] || { echo "$3 has no $2" >&2; return 1; }
	printf '%s=%s\n' "$name$machine" "$version"
	root_sandbox "$work" apt-cache show "$name$machine=$version" | sed -n 's/^Depends: //p' | tr ',' '\n' |
		sed -n "s/^ *\(linux-headers-[^ ]*-common[^ ]*\|linux-kbuild-[^ ]*\).*/\1=$version/p"
}

# What the packages' own scripts would have done, and is needed; each compiler by way of ccache.
builds_finish() {
	local compiler root=$1
	mkdir -p "$root"/{dev,proc,sys,run,tmp,root,home,mnt,usr/lib/ccache}
	ln -sf gawk "$root/usr/bin/awk"
	for compiler in "$root"/usr/bin/*-gcc-[0-9]* "$root"/usr/bin/gcc-[0-9]* "$root"/usr/bin/clang; do
		ln -sf /usr/bin/ccache "$root/usr/lib/ccache/${compiler##*/}"
	done
}

# builds_names: what the module is built for, one a line: the releases of the headers that are there,
# and of the newest kernel variations: without what the module uses if it is there, and as clang leaves
# its headers.
builds_names() {
	local config newest
	for config in "$builds_root"/usr/src/linux-headers-*/.config; do
		config=${config%/.config}
		printf '%s\n' "${config##*/linux-headers-}"
	done | sort -V
	newest=$(cd "$builds_root/usr/src" && printf '%s\n' linux-headers-*-amd64 | grep -v -E -- '-(cloud|rt)-' | sort -V | tail -n 1)
	printf '%s\n' "${newest#linux-headers-}"@{small,clang}
}

builds_log() { printf '%s\n' "$project/build/builds/$1.log"; }

# builds_module NAME: builds for that; whatever the compiler or kbuild warn of is a failure.
builds_module() {
	local variation=${1#"${1%@*}"} tree=/usr/src/linux-headers-${1%@*} out=$project/build/builds/$1
	local -a arguments=()
	mkdir -p -- "$out"
	case $variation in
	@small)
		printf '#undef CONFIG_%s\n' TRANSPARENT_HUGEPAGE MEMCG CGROUP_WRITEBACK \
			DEBUG_FS COMPAT IA32_EMULATION NUMA >"$out/small.h"
		arguments=("KCFLAGS=-include $out/small.h") ;;
	@clang)
		builds_clang_tree "$tree" "$out"
		tree=$out/src/tree ;;
	esac
	builds_room make -C kmod modules --no-print-directory "-j$jobs" W=1 KDIR="$tree" O="$out" "${arguments[@]}" &&
		! grep -iE 'warning|error:' "$(builds_log "$1")" | grep -v 'pahole version differs' >&2
}

# builds_room CMD...: the room, but with the root of these compilers.
builds_room() {
	local root=$builds_root debug_kernel=''
	in_room env LANG=C PATH="/usr/lib/ccache:$room_path" "$@"
}

# builds_clang_tree TREE OUT: in OUT/src/tree, these headers as a kernel that clang built would have them.
builds_clang_tree() {
	local version major tree=$2/src/tree
	version=$(builds_room clang --version | sed -n 1p)
	major=${version#*version }
	rm -rf -- "$tree"
	mkdir -p -- "$2/src"
	ln -sfn /usr/lib "$2/lib" # its links go there
	cp -a -- "$builds_root$1" "$tree"
	sed -i "s|$1\$|$tree|" "$tree/Makefile"
	sed -i '/^CC = /d' "$tree/.kernelvariables"
	sed -i -E "s|(CONFIG_CC_VERSION_TEXT[= ]\"?)[^\"]*|\\1$version|; s|CONFIG_CC_IS_GCC|CONFIG_CC_IS_CLANG|; s|fallthrough=5|fallthrough|
		s|(CONFIG_GCC_VERSION[= ]).*|\\10|; s|(CONFIG_CLANG_VERSION[= ]).*|\\1${major%%.*}0000|
		/CONFIG_(CC_HAS_MIN_FUNCTION_ALIGNMENT|CC_HAS_NAMED_AS\w*|USE_X86_SEG_SUPPORT|FTRACE_MCOUNT_USE_CC|UBSAN_BOUNDS_STRICT)\\>/d" \
		"$tree/.config" "$tree"/include/{config/auto.conf,generated/autoconf.h}
}

builds_recipe=$({
	printf '%s\n' "${builds_packages[@]}" "$builds_kernels"
	declare -f builds_fill builds_headers builds_finish builds_apt_config root_unpack
} | sha256sum | cut -c1-12)
builds_root=$cache/builds-$builds_recipe
