# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Root file systems and kernels are kept here, outside the tree, under a name with
# the hash of their recipe: a new recipe gives a new name. Only complete ones are
# kept.

cache=${PARALLAX_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/parallax}

# with_lock FILE WHAT CMD...: runs CMD while no other lab holds FILE. Children of
# CMD hold it too, so that it stays locked while they work after lab was killed.
with_lock() {
	local file=$1 what=$2 lock
	shift 2
	writable_need "${file%/*}"
	exec {lock}>"$file" || die "lab cannot write $file"
	if ! flock -n "$lock"; then
		say "waiting for another lab that makes $what"
		flock "$lock"
	fi
	"$@" # no ||, which would switch off errexit in the command
	exec {lock}>&-
}

# writable_need FOLDER: ends lab unless the folder exists and is writable.
writable_need() {
	mkdir -p -- "$1" 2>/dev/null && [[ -w $1 ]] && return
	die "lab keeps what it makes in $1, and cannot write there" \
		"PARALLAX_CACHE=DIRECTORY puts what is made once elsewhere; build/ and out/ are beside lab."
}

# space_need MB WHAT: ends lab unless there is room for WHAT.
space_need() {
	local space
	space=$(df --output=avail -BM -- "$cache" | tail -n 1 | tr -dc 0-9)
	[[ $space -ge $1 ]] ||
		die "$2 needs $1 MB, and $cache has $space" "PARALLAX_CACHE=DIRECTORY puts it elsewhere."
}
