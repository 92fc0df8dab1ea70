#!/bin/bash
# SPDX-License-Identifier: MIT
#
# native.sh KERNEL FUNCTION: the steps of `lab test-native` in a fresh Debian, with the project in
# this folder: prepare, build, install, remove, too_old. The commands are those of the documentation.
set -euo pipefail
release=$1
project=$PWD
source vm/guest/files.sh

# The sandbox runs as root, with the host's kernel, and cannot load a module.
shims=/run/shims
mkdir -p "$shims"
shim() { printf '#!/bin/bash\n%s\n' "$2" >"$shims/$1"; chmod +x "$shims/$1"; }
shim sudo 'exec "$@"'
shim uname "[[ \${1:-} == -r ]] && echo '$release' || exec /usr/bin/uname \"\$@\""
shim depmod "exec /usr/sbin/depmod \"\${@:-$release}\""
shim insmod "exec /usr/sbin/modinfo \"\$@\""
shim modprobe "exec /usr/sbin/modinfo --set-version '$release' \"\$@\""
shim rmmod true
export PATH=$shims:$PATH

# ccache is not a documented package; it only makes the next run faster.
shim ccache 'exec /run/tools/lib64/ld-linux-x86-64.so.2 --library-path /run/tools/usr/lib/x86_64-linux-gnu \
	/run/tools/usr/bin/ccache "$@"'
export CMAKE_C_COMPILER_LAUNCHER=$shims/ccache CMAKE_CXX_COMPILER_LAUNCHER=$shims/ccache
export CXXFLAGS=-fpch-preprocess CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime

# documented PAGE HEADING PATTERN: runs the matching commands below that heading, of which there must
# be some.
documented() {
	local command commands
	mapfile -t commands < <(sed -n "/^## $2\$/,/^## /s/^    \([^#].*\)/\1/p" "$1" | grep -E -- "$3")
	[[ ${#commands[@]} -gt 0 ]] || fail "$1, '$2', has no command like $3"
	for command in "${commands[@]}"; do
		echo "\$ $command"
		eval "$command" || fail "$1 says: $command"
	done
}

prepare() { files_remember; }

build() {
	documented README.md "On your own GPU" '^(cmake|make) '
	# For another kernel than the running one, and for packages.
	make -C kmod install DESTDIR=/tmp/elsewhere
	[[ -f /tmp/elsewhere/etc/udev/rules.d/60-dmabuf-exporter.rules ]] || fail "no rule in DESTDIR"
	find /tmp/elsewhere -name 'dmabuf_exporter.ko*' | grep . || fail "no module in DESTDIR"
}

install() {
	documented docs/install.md "Build and install" '^sudo '
	[[ $(command -v parallax) == /usr/local/bin/parallax ]] || fail "parallax is not on PATH"
	parallax --version
	cp -r examples/import /tmp/import
	cmake -S /tmp/import -B /tmp/import/build -G Ninja
	cmake --build /tmp/import/build
	cp /tmp/import/build/parallax-import /usr/local/bin/parallax-import
	# shellcheck disable=SC2046 # these are words
	c++ /tmp/import/*.cpp -o /tmp/with-pkg-config $(pkg-config --cflags --libs parallax vulkan)
}

remove() {
	rm /usr/local/bin/parallax-import
	documented docs/install.md "Uninstalling" '^sudo (xargs|find|rm|depmod)[ ;]'
	make -C kmod clean
	# Folders without the project's name may be used by other packages by now.
	files_compare '^[^d]|parallax|dmabuf'
}

too_old() {
	local part status=0
	cmake --fresh --preset release 2>&1 | tee /tmp/said || status=$?
	[[ $status -ne 0 ]] || fail "configuring worked"
	for part in 'GCC 14 or later' "Vulkan's headers, 1.4" stb_image_resize2.h vk_mem_alloc.h 'GLFW 3.4 or later'; do
		grep -F -e "- $part" -e "- the header $part" -e "/$part" /tmp/said || fail "nothing was said of $part"
	done
}

"$2"
