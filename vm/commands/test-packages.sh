# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: test-packages
# help:     make the packages, install them with their dependencies in a fresh Debian,
# help:     where DKMS builds the module for every kernel, boot each kernel, run the
# help:     programs as an ordinary user, and remove the packages

# shellcheck source=/dev/null
source "$project/vm/package.sh"
# shellcheck source=/dev/null
source "$project/vm/fresh-root.sh"

# Recommended packages, which depend on the GPU and the kernel; packages for building the example.
readonly packages_beside=(mesa-vulkan-drivers linux-headers-amd64 cmake pkgconf)

main() {
	local -a packages
	case ${1:-} in
	'') ;;
	--in-namespace)
		packages_try "$2"
		return
		;;
	*) usage_error "test-packages: what is '$1'?" ;;
	esac
	root_need
	build_programs
	package_make
	mapfile -t packages < <(package_dependencies "$package_folder"/*.deb)
	fresh_root_need "$suite" "${packages[@]}" "${packages_beside[@]}"
	in_mount_namespace test-packages --in-namespace "$fresh_root"
}

# packages_try ROOT
packages_try() {
	local log=$project/build/packages
	throwaway_root "$1"
	step "preparing a root to install them in" "$log-prepare.log" in_fresh_root "$project" vm/guest/packages.sh prepare
	step "installing the packages; DKMS builds the module" "$log-install.log" \
		in_fresh_root "$project" vm/guest/packages.sh install "$package_folder"
	# shellcheck disable=SC2046 # these are words
	try_installed updates/dkms $(kernel_names)
	step "removing the packages" "$log-remove.log" in_fresh_root "$project" vm/guest/packages.sh remove
	say "the packages work on every kernel, and nothing of them is left after their removal"
}
