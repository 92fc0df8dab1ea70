# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# A run fails by messages of the kernel, whatever the exit status of the program.
# The log's lines begin with the level and time, "<4>[    2.311] ", since the
# machine boots with console_msg_format=syslog.

# The guest writes these: when it is about to load the module, and when it is
# about to power off. Messages before are those of booting an emulated machine,
# messages after are those of virtiofs, whose devices are removed.
readonly kernel_log_mark='parallax: the log counts from here'
readonly kernel_log_end='parallax: the log counts to here'

# Levels 0 to 3 are emergency, alert, critical and error. Facilities other than
# the kernel's own (0) raise the number in steps of 8, so programs that write to
# /dev/kmsg are only judged by the words.
readonly kernel_log_errors='^<[0-3]>'

# Reports that come at lower levels, or on several lines.
kernel_log_reports=(
	'WARNING:' 'BUG:' 'Oops' 'Call Trace:' 'cut here' 'general protection fault' 'Kernel panic'
	'possible .* (locking|deadlock)' 'inconsistent lock state' 'suspicious RCU usage' 'held lock freed'
	'INFO: task .* blocked' 'self-detected stall|detected stalls|stall on CPU' '(soft|hard) ?(lockup|LOCKUP)'
	'KASAN' 'KCSAN' 'UBSAN' 'kmemleak: .* suspected' 'DMA-API:' 'refcount_t:' '(list_add|list_del) corruption'
	'sleeping function called|scheduling while atomic' 'Out of memory' 'segfault at' 'traps: .* (trap|error)'
)

# Expected messages: effects of emulation, which no program or module can avoid, and refusals that a
# test provokes.
kernel_log_innocent=(
	'contiguous chunk is too small' # videobuf2, of buffers for a camera
	'clocksource: .*(timed out|skew|unstable)' # vCPUs are threads that the host may stop
)

# Taint is a bit mask, see Documentation/admin-guide/tainted-kernels.rst. Every
# module that is built outside the kernel gives these two.
readonly taint_allowed=$((1 << 12 | 1 << 13)) # out of tree, unsigned

# kernel_log_check RUN COPY: false, with the reason and that part of the log, if
# the kernel complained or the machine did not power off. COPY is the log that is
# kept after the run.
kernel_log_check() {
	local run=$1 log=$1/kernel.log copy=$2 bad taint
	if [[ ! -s $run/status ]]; then
		say "the machine ended before the command did. The end of its log:"
		{ grep -a -F -A 60 "$kernel_log_mark" "$log" || tail -n 30 -- "$log"; } | sed 's/^/     | /' >&2
		sed 's/^/     | /' "$run/qemu.log" >&2
		say "The whole log: $copy"
		return 1
	fi
	bad=$(kernel_log_complaints "$log")
	taint=$(($(<"$run/tainted") & ~taint_allowed))
	[[ -n $bad || $taint -ne 0 ]] || return 0
	if [[ $taint -ne 0 ]]; then
		say "the kernel is tainted by more than a module from outside: $(taint_names "$taint")"
	fi
	if [[ -n $bad ]]; then
		say "the kernel complained. The log from there on:"
		tail -n "+${bad%%:*}" -- "$log" | sed -n '1,60s/^/     | /p' >&2
	fi
	say "The whole log: $copy"
	return 1
}

# Complaints after the mark, each with its line number.
kernel_log_complaints() {
	local reports innocent
	reports=$(IFS='|'; echo "${kernel_log_reports[*]}")
	innocent=$(IFS='|'; echo "${kernel_log_innocent[*]}")
	tr -d '\r' <"$1" | awk -v mark="$kernel_log_mark" -v end="$kernel_log_end" -v errors="$kernel_log_errors" \
		-v reports="$reports" -v innocent="$innocent" '
		index($0, mark) { counts = 1; next }
		index($0, end) { counts = 0 }
		counts && ($0 ~ errors || $0 ~ reports) && $0 !~ innocent { print NR ":" $0 }'
}

taint_names() {
	local -a names=(proprietary forced-module cpu-out-of-spec forced-unload machine-check bad-page
		user-request oops acpi-override warning staging firmware-workaround out-of-tree unsigned
		soft-lockup live-patch auxiliary randstruct in-kernel-test fwctl)
	local bit
	for bit in "${!names[@]}"; do
		(($1 >> bit & 1)) && printf '%s ' "${names[bit]}"
	done
	printf '(%s)\n' "$1"
}
