# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: test-native
# help:     run the commands of README.md and docs/install.md in a fresh Debian with the
# help:     packages named there and no others: build, install, boot, run as an ordinary
# help:     user, and remove; check the message on a Debian that is too old

# shellcheck source=/dev/null
source "$project/vm/fresh-root.sh"

readonly native_folder=$project/build/native
readonly native_kernel=6.12 # whose headers the documentation names

main() {
	local -a packages
	case ${1:-} in
	'') ;;
	--in-namespace)
		throwaway_root "$3"
		"$2"
		return
		;;
	*) usage_error "test-native: what is '$1'?" ;;
	esac
	root_need
	mapfile -t packages < <(documented_packages README.md)
	native_sources
	fresh_root_need "$suite" "${packages[@]}"
	in_mount_namespace test-native --in-namespace native_try "$fresh_root"
	fresh_root_need "$suite_before" "${packages[@]/%/?}"
	in_mount_namespace test-native --in-namespace native_too_old "$fresh_root"
}

# The project's files: those that git does not ignore, or, without git, all.
native_sources() {
	rm -rf -- "$native_folder"
	mkdir -p -- "$native_folder"
	(
		cd "$project" || exit
		git ls-files -z --cached --others --exclude-standard 2>/dev/null ||
			find . '(' -name build -o -name out -o -name .git ')' -prune -o -type f -print0
	) | tar -c -C "$project" --null --files-from=- --ignore-failed-read | tar -x -C "$native_folder"
}

# in_native FUNCTION ARGS...: calls a function of vm/guest/native.sh in that folder and the fresh root.
# Lab's root is added for its ccache only.
in_native() {
	in_fresh_root "$native_folder" --bind "$native_folder" "$native_folder" \
		--ro-bind "$root" /run/tools --bind "$cache/ccache" /run/ccache --setenv CCACHE_DIR /run/ccache \
		--setenv CCACHE_BASEDIR "$native_folder" --setenv CCACHE_NOHASHDIR 1 --setenv CCACHE_MAXSIZE 2G \
		--setenv CMAKE_BUILD_PARALLEL_LEVEL "$jobs" \
		"$project/vm/guest/native.sh" "$(kernel_release "$native_kernel")" "$@"
}

native_try() {
	local log=$project/build/native
	step "preparing a root to install in" "$log-prepare.log" in_native prepare
	step "building as README.md says" "$log-build.log" in_native build
	step "installing as docs/install.md says" "$log-install.log" in_native install
	try_installed updates "$native_kernel"
	step "removing as docs/install.md says" "$log-remove.log" in_native remove
	say "what README.md and docs/install.md say works, and nothing is left after the removal"
}

native_too_old() {
	step "configuring on Debian $suite_before, which is too old" "$project/build/native-old.log" in_native too_old
	say "Debian $suite_before is told what is too old and what to do"
}
