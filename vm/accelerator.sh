# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The accelerator of QEMU: KVM if it works, else emulation (TCG). A guest may hang
# even if /dev/kvm exists, so KVM is tried once with a time limit, and the answer
# is stored.

accelerator=${PARALLAX_ACCEL:-}
readonly accelerator_emulation=tcg,thread=multi
readonly accelerator_bound=60 # seconds: a guest under KVM takes 2, on a busy host more

# accelerator_options NAME: sets the array NAME to QEMU's arguments for it.
accelerator_options() {
	local -n options_=$1
	options_=(-accel "$accelerator" -cpu max)
	[[ $accelerator != tcg* ]] || options_[3]=$arch_emulated_processor
}
accelerator_boot_options() { [[ $accelerator != tcg* ]] || echo "$arch_emulated_boot_options"; }

# accelerator_find: for the machine of the architecture that was taken.
accelerator_find() {
	local answer
	answer=$cache/kvm-$(uname -r)
	[[ $arch == "$arch_host" || $accelerator == tcg* ]] || accelerator=''
	[[ -z $accelerator ]] || return 0
	accelerator=$accelerator_emulation
	[[ $arch == "$arch_host" && -r /dev/kvm && -w /dev/kvm ]] || return 0
	[[ -f $answer ]] || with_lock "$cache/kvm.lock" "the trial of KVM" accelerator_try "$answer"
	[[ $(<"$answer") != yes ]] || accelerator=kvm
}

# accelerator_begin: starts the trial in the background, if it has not been made yet.
accelerator_begin() {
	set -m
	(accelerator_find) </dev/null &
	set +m
	at_exit "end_group $!"
}

accelerator_try() {
	local answer=no
	[[ ! -f $1 ]] || return 0
	say "trying whether KVM works, for $accelerator_bound s at most"
	if PARALLAX_ACCEL=kvm "$project/lab" run --no-build --no-module --timeout "$accelerator_bound" -- true \
		</dev/null >"$cache/kvm.log" 2>&1; then
		answer=yes
	fi
	say "KVM works here: $answer"
	printf '%s\n' "$answer" >"$1.new"
	mv -- "$1.new" "$1"
}
