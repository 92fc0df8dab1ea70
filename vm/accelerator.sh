# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What QEMU runs the guest's code with: the processor itself (KVM) where that
# works, else an emulation (TCG). /dev/kvm may be there and a guest yet hang for
# ever, so it is tried once with a bound, and the answer is remembered.

accelerator=${PARALLAX_ACCEL:-}
readonly accelerator_emulation=tcg,thread=multi
readonly accelerator_bound=60 # seconds: a guest under KVM takes 2, one that was starved of time more

accelerator_find() {
	local answer
	answer=$cache/kvm-$(uname -r)
	[[ -z $accelerator ]] || return 0
	accelerator=$accelerator_emulation
	[[ -r /dev/kvm && -w /dev/kvm ]] || return 0
	[[ -f $answer ]] || with_lock "$cache/kvm.lock" "the trial of KVM" accelerator_try "$answer"
	[[ $(<"$answer") != yes ]] || accelerator=kvm
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
