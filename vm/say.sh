# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Messages of lab. They go to stderr: stdout belongs to the program that runs in the
# machine.

# Exit statuses of lab itself; the program that runs in the machine has its own.
readonly exit_usage=2     # invalid arguments
readonly exit_lab=69      # a step of lab failed: nothing was run
readonly exit_kernel=70   # the program ran, but the kernel complained or died

# Number of processes that a step starts at a time.
jobs=$(nproc)

say() { printf 'lab: %s\n' "$*" >&2; }

# die SENTENCE...: prints one line each, and ends lab.
die() { say "$1"; shift; complain_more "$@"; exit "$exit_lab"; }
usage_error() { say "$1"; shift; complain_more "$@"; exit "$exit_usage"; }
complain_more() { [[ $# -eq 0 ]] || printf '     %s\n' "$@" >&2; }

# Commands to run when lab ends in any way, last in first out.
undo_list=()
at_exit() { undo_list+=("$1"); }

# undo_to COUNT: runs now the commands that were added after the list had COUNT entries.
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

readonly progress_interval=30 # seconds between two lines of a step without a terminal

# step TITLE LOG CMD...: runs CMD with its output in LOG. Shows the progress of a
# long step: on a terminal in one changing line, else in a line now and then.
step() {
	local title=$1 log=$2 started=$SECONDS status=0 pid undo=${#undo_list[@]} announced='' next=$progress_interval
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
		elif [[ $((SECONDS - started)) -ge $next ]]; then
			say "$title: $((SECONDS - started)) s$(progress_share "$log" ', ')"
			next=$((next + progress_interval))
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

# show_progress TITLE LOG SECONDS: prints the title, the progress, and the last line of the log.
show_progress() {
	local last width
	width=$(tput cols 2>/dev/null || echo 80)
	last=$(progress_last "$2" | sed -E 's/^((dl|pm)status:[^:]*:[0-9.]*:|\[[0-9]+\/[0-9]+\] )//')
	printf '\r\e[K%.*s' "$((width - 1))" "lab: $1: $3 s$(progress_share "$2" ', ') ${last//[^[:print:]]/}" >&2
}

progress_last() { tail -c 4096 -- "$1" | tr '\r' '\n' | grep -av '^[[:space:]]*$' | tail -n 1 || true; }

# progress_share LOG BEFORE: the progress if the log has it, after BEFORE: in apt's status lines
# ("pmstatus:g++:41.2:Unpacking g++") or Ninja's "[12/80]".
progress_share() {
	local last
	last=$(progress_last "$1")
	if [[ $last =~ ^(dl|pm)status:[^:]*:([0-9]+)[.0-9]*: ]]; then
		printf '%s%s %%' "$2" "${BASH_REMATCH[2]}"
	elif [[ $last =~ ^\[([0-9]+)/([0-9]+)\]\  ]]; then
		printf '%s%s of %s' "$2" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
	fi
}
