# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What lab says to the person in front of it. All of it goes to stderr: stdout
# belongs to the program that runs in the machine.

# Exit statuses of lab itself; the program that runs in the machine has its own.
readonly exit_usage=2     # lab was called in a way that it does not understand
readonly exit_lab=69      # a step of lab failed: nothing was run
readonly exit_kernel=70   # the program ran, but the kernel complained or died

# How many processes a step starts at a time.
jobs=$(nproc)

say() { printf 'lab: %s\n' "$*" >&2; }

# die SENTENCE...: one line each, then the end.
die() { say "$1"; shift; complain_more "$@"; exit "$exit_lab"; }
usage_error() { say "$1"; shift; complain_more "$@"; exit "$exit_usage"; }
complain_more() { [[ $# -eq 0 ]] || printf '     %s\n' "$@" >&2; }

# What must be undone at the end, last in first out, whatever the end is.
undo_list=()
at_exit() { undo_list+=("$1"); }

# undo_to COUNT: undoes now what was added after the list had COUNT entries.
undo_to() {
	local undo
	while [[ ${#undo_list[@]} -gt $1 ]]; do
		undo=${undo_list[-1]}
		unset 'undo_list[-1]'
		eval "$undo" || true
	done
}
end() {
	local status=$?
	trap '' INT TERM HUP
	undo_to 0
	exit "$status"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# end_group PID: ends a process group that set -m made, and waits for it.
end_group() {
	kill -TERM -- "-$1" 2>/dev/null || return 0
	wait "$1" 2>/dev/null || true
}

# step TITLE LOG CMD...: runs CMD with its output in LOG. If it lasts, shows how
# far it is: on a terminal in one line that changes, else a line before and after.
step() {
	local title=$1 log=$2 started=$SECONDS status=0 pid undo=${#undo_list[@]} announced=''
	shift 2
	mkdir -p -- "${log%/*}"
	set -m
	"$@" </dev/null >"$log" 2>&1 &
	pid=$!
	set +m
	at_exit "end_group $pid"
	while kill -0 "$pid" 2>/dev/null; do
		if [[ -t 2 ]]; then
			show_progress "$title" "$log" $((SECONDS - started))
		elif [[ -z $announced && $((SECONDS - started)) -ge 2 ]]; then
			say "$title ..."
			announced=1
		fi
		sleep 0.2
	done
	wait "$pid" || status=$?
	undo_to "$undo"
	[[ ! -t 2 ]] || printf '\r\e[K' >&2
	if [[ $status -ne 0 ]]; then
		say "$title: failed after $((SECONDS - started)) s. The end of its log:"
		tail -n 30 -- "$log" | grep -av -E '^(dl|pm)status:' | sed 's/^/     | /' >&2
		say "The whole log: $log"
		return "$exit_lab"
	fi
	[[ $((SECONDS - started)) -lt 2 ]] || say "$title: done in $((SECONDS - started)) s"
}

# The last line of the log, and the share that is done where the log tells it:
# apt's status lines ("pmstatus:g++:41.2:Unpacking g++") and Ninja's "[12/80]".
show_progress() {
	local title=$1 log=$2 seconds=$3 last share='' width
	width=$(tput cols 2>/dev/null || echo 80)
	last=$(tail -c 4096 -- "$log" | tr '\r' '\n' | grep -av '^[[:space:]]*$' | tail -n 1 || true)
	if [[ $last =~ ^(dl|pm)status:[^:]*:([0-9]+)[.0-9]*:(.*)$ ]]; then
		share="${BASH_REMATCH[2]} % " last=${BASH_REMATCH[3]}
	elif [[ $last =~ ^\[([0-9]+)/([0-9]+)\]\ (.*)$ ]]; then
		share="$((BASH_REMATCH[1] * 100 / BASH_REMATCH[2])) % " last=${BASH_REMATCH[3]}
	fi
	printf '\r\e[K%.*s' "$((width - 1))" "lab: $title: ${seconds} s ${share}${last//[^[:print:]]/}" >&2
}
