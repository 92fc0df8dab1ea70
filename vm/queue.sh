# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Parallel jobs. A machine seldom keeps the host's processors busy: in most tests
# one program waits for another.

queue_titles=()
queue_logs=()
queue_commands=()

# Number of jobs at a time; more would only slow each other down.
readonly queue_width=$((jobs / 2 + 1))

# queue_add TITLE LOG CMD...: CMD is run by queue_run, its output in LOG.
queue_add() {
	queue_titles+=("$1")
	queue_logs+=("$2")
	shift 2
	queue_commands+=("$(printf '%q ' "$@")")
}

# queue_run: runs the jobs in the order in which they were added, and shows the
# output of each when it has ended. Sets queue_failed to the titles of those that
# failed.
queue_run() {
	local next=0 pid=0 status undo=${#undo_list[@]}
	local -A running=() started=()
	queue_failed=()
	while [[ $next -lt ${#queue_titles[@]} || ${#running[@]} -gt 0 ]]; do
		while [[ $next -lt ${#queue_titles[@]} && ${#running[@]} -lt $queue_width ]]; do
			say "${queue_titles[next]} ..."
			queue_start "$next"
			running[$!]=$next started[$!]=$SECONDS
			next=$((next + 1))
		done
		status=0
		wait -n -p pid "${!running[@]}" || status=$?
		queue_end "${running[$pid]}" "$status" "$((SECONDS - started[$pid]))"
		unset "running[$pid]"
	done
	undo_to "$undo"
}

queue_start() {
	mkdir -p -- "${queue_logs[$1]%/*}"
	set -m
	eval "${queue_commands[$1]}" </dev/null >"${queue_logs[$1]}" 2>&1 &
	set +m
	at_exit "end_group $!"
}

# queue_end NUMBER STATUS SECONDS
queue_end() {
	local title=${queue_titles[$1]}
	cat -- "${queue_logs[$1]}"
	if [[ $2 -eq 0 ]]; then
		say "$title: passed in $3 s"
	else
		say "$title: failed after $3 s, with status $2. Its log: ${queue_logs[$1]}"
		queue_failed+=("$title")
	fi
}
