# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: test-packages
# help:     make the packages, install them in a throw-away copy of the root, where
# help:     DKMS builds the module for every kernel, boot each with that, run what
# help:     was installed as an ordinary user, and remove all again

# shellcheck source=/dev/null
source "$project/vm/package.sh"

main() {
	local user=()
	case ${1:-} in
	'') ;;
	--in-namespace)
		packages_try
		return
		;;
	*) usage_error "test-packages: what is '$1'?" ;;
	esac
	root_need
	build_programs
	package_make
	if [[ $EUID -ne 0 ]]; then
		user=(--map-root-user)
		export PARALLAX_PLAIN_USER=1
	fi
	unshare --mount "${user[@]}" "$project/lab" test-packages --in-namespace
}

packages_try() {
	local kernel failed=() log=$project/build/packages
	throwaway_root
	step "preparing a root to install them in" "$log-prepare.log" in_throwaway_root vm/guest/packages.sh prepare
	step "installing the packages; DKMS builds the module" "$log-install.log" \
		in_throwaway_root vm/guest/packages.sh install "$package_folder"
	machine_module=0
	for kernel in $(kernel_names); do
		machine_kernel=$kernel
		say "trying what was installed, kernel $kernel"
		machine_run "$project/vm/guest/packages.sh" try || failed+=("kernel $kernel")
	done
	step "removing the packages" "$log-remove.log" in_throwaway_root vm/guest/packages.sh remove
	[[ ${#failed[@]} -eq 0 ]] || die "the packages failed: $(IFS=,; echo "${failed[*]}")"
	say "the packages work on every kernel, and nothing of them is left after their removal"
}
