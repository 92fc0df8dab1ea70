# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What QEMU runs the guest's code with: the processor itself (KVM) where that
# works, else an emulation (TCG). /dev/kvm may be there and a guest yet hang for
# ever, so it is tried once with a bound, and the answer is remembered.

accelerator=${PARALLAX_ACCEL:-}
readonly accelerator_emulation=tcg,thread=multi
readonly accelerator_bound=60 # seconds: a guest under KVM takes 2, one that was starved of time more

# The processor that is emulated. Not -cpu max alone: that one claims fast string
# instructions, and what believes it, the kernel's clear_page() and memcpy() among
# others, then has a byte emulated at a time, five times as slow as by words. Nor
# does an emulated processor speculate, so what guards against that is only slow.
readonly emulated_processor=max,-erms,-fsrm,-fsrs,-fsrc,-fzrm
readonly emulated_boot_option=mitigations=off

# accelerator_options NAME: sets the array NAME to QEMU's arguments for it.
accelerator_options() {
	local -n options_=$1
	options_=(-accel "$accelerator" -cpu max)
	[[ $accelerator != tcg* ]] || options_[3]=$emulated_processor
}
accelerator_boot_option() { [[ $accelerator != tcg* ]] || echo "$emulated_boot_option"; }

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
