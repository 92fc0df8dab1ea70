# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Requirements of the host: a few programs, and the address of a Debian mirror.

readonly suite=trixie
readonly suite_before=bookworm # for its kernel alone
readonly keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# Programs that Debian 12 and 13 may lack, each with its package.
readonly -A host_programs=([apt-get]=apt [dpkg-deb]=dpkg [bwrap]=bubblewrap [xz]=xz-utils [flock]=util-linux [pgrep]=procps)

# host_prepare: installs missing programs as root, else prints the command.
host_prepare() {
	local program packages=()
	limits_raise
	[[ $(uname -m) == x86_64 ]] || die "the machine is made for x86_64, and this is $(uname -m)"
	for program in "${!host_programs[@]}"; do
		type -P "$program" >/dev/null || packages+=("${host_programs[$program]}")
	done
	type -P gpgv >/dev/null || type -P sqv >/dev/null || packages+=(gpgv) # either will do for apt
	[[ -f $keyring ]] || packages+=(debian-archive-keyring)
	if [[ ${#packages[@]} -gt 0 ]]; then
		type -P apt-get >/dev/null ||
			die "programs are missing, and there is no apt-get to install them with: ${packages[*]}"
		[[ $EUID -eq 0 ]] || die "programs are missing. Install them with:" \
			"sudo apt-get install --no-install-recommends ${packages[*]}"
		step "installing ${packages[*]}" "$cache/log/host.log" host_install "${packages[@]}"
	fi
	[[ $EUID -eq 0 ]] || bwrap --unshare-user --uid 0 --ro-bind / / true 2>/dev/null ||
		die "this user may not make user namespaces. Either run lab as root, or allow it with:" \
			"sudo sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000"
}

host_install() {
	local try
	export DEBIAN_FRONTEND=noninteractive
	for try in 'apt-get update' true; do
		apt-get install --yes --no-install-recommends "$@" && return
		$try
	done
	apt-get install --yes --no-install-recommends "$@"
}

# host_sources SUITE...: the lines of sources.list for these, and the security updates of the first.
host_sources() {
	local mirror security=''
	mirror=${PARALLAX_MIRROR:-}
	if [[ -z $mirror ]]; then
		mirror=$(host_mirror '')
		security=$(host_mirror -security)
	fi
	[[ -n $mirror ]] || die "this host's apt names no Debian mirror. Name one:" \
		"PARALLAX_MIRROR=http://HOST/debian ./lab ..."
	printf "deb [signed-by=$keyring] $mirror %s main\n" "$@"
	[[ -z $security ]] ||
		printf "deb [signed-by=$keyring] $security %s main\n" "$1-security"
}

# host_mirror SUFFIX: the mirror of CODENAME or CODENAME-security on a Debian
# host. Other vendors may use the codename too: apt knows the origin after an
# update, and before it only Debian has CODENAME-updates.
host_mirror() {
	local codename
	# shellcheck source=/dev/null
	codename=$(source /etc/os-release && [[ $ID == debian ]] && echo "${VERSION_CODENAME:-}") || return 0
	# shellcheck disable=SC2016 # apt expands these
	apt-get indextargets --format '$(RELEASE) $(SITE) $(ORIGIN)' 'Created-By: Packages' 2>/dev/null |
		awk -v release="$codename$1" -v updates="$codename-updates" '
			$1 == release && $3 == "Debian" { sure = sure ? sure : $2 }
			$1 == release && release ~ /-/ || $1 == updates && release !~ /-/ { likely = $2 }
			END { print sure ? sure : likely }'
}
