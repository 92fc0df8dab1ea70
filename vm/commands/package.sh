# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: package
# help:     Debian packages in out/packages/: parallax, libparallax-dev, parallax-dkms

# shellcheck source=/dev/null
source "$project/vm/package.sh"

main() {
	[[ $# -eq 0 ]] || usage_error "package: what is '$1'?"
	root_need
	build_programs
	package_make
	say "the packages are in $package_folder"
}
