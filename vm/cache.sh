# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What is made once is kept here, outside the tree, under a name that holds the
# hash of its recipe: a new recipe gives a new name, and never a half-made thing.

cache=${PARALLAX_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/parallax}

# with_lock FILE WHAT CMD...: runs CMD while no other lab holds FILE. What CMD
# starts holds it too: a lab that is killed does not let go while its child works.
with_lock() {
	local file=$1 what=$2 lock
	shift 2
	mkdir -p -- "${file%/*}" || die "lab keeps what it makes in ${file%/*}, and cannot write there"
	exec {lock}>"$file"
	if ! flock -n "$lock"; then
		say "waiting for another lab that makes $what"
		flock "$lock"
	fi
	"$@" # no ||, which would switch off errexit in what it calls
	exec {lock}>&-
}

# space_need MB WHAT: there is room for WHAT, or nothing is begun.
space_need() {
	local space
	space=$(df --output=avail -BM -- "$cache" | tail -n 1 | tr -dc 0-9)
	[[ $space -ge $1 ]] ||
		die "$2 needs $1 MB, and $cache has $space" "PARALLAX_CACHE=DIRECTORY puts it elsewhere."
}
