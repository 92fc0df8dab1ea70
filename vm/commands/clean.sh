# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: clean [--all]
# help:     remove build/ and out/, root file systems and debug kernels of older
# help:     recipes, the fresh Debians of test-native and test-packages, and the
# help:     headers of test-builds; with --all the current ones, too

main() {
	local old
	case ${1:-} in
	'') ;;
	--all) ;;
	*) usage_error "clean: what is '$1'?" "lab clean [--all]" ;;
	esac
	with_lock "$cache/root.lock" "the root file system" clean "${1:-}"
}

clean() {
	local old arch kept=" $root $debug_kernel "
	for arch in $(arch_foreign); do kept+="$(foreign_root "$arch") "; done
	rm -rf -- "$project/build" "$project/out"
	for arch in root debug-kernel fresh builds $(arch_foreign); do
		for old in "$cache/$arch"-*; do
			[[ $kept == *" $old "* && $1 != --all ]] || rm -rf -- "$old"
		done
	done
	[[ $1 != --all ]] || rm -rf -- "$cache"
}
