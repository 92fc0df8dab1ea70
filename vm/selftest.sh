#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Tests of lab itself: passing on of arguments, output and status; refusals; checks
# of the kernel's log; and cleanup.
# `lab test` runs them; alone: vm/selftest.sh [NAME...]
set -uo pipefail
lab=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/lab
cache=${PARALLAX_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/parallax}
scratch=$(mktemp -d) || exit
trap 'rm -rf -- "$scratch"' EXIT

machine() { "$lab" run --no-build --no-module --timeout 120 "$@"; }
says() { grep -q -- "$1" "$scratch/err" || { echo "    it did not say: $1"; return 1; }; }

# status WANTED CMD...: runs CMD, its output in $scratch/out and err.
status() {
	local wanted=$1 got=0
	shift
	"$@" >"$scratch/out" 2>"$scratch/err" || got=$?
	[[ $got -eq $wanted ]] || { echo "    $*: exit status $got, not $wanted"; sed 's/^/    | /' "$scratch/err"; return 1; }
}

test_arguments() {
	status 2 "$lab" frobnicate && says "no command 'frobnicate'" &&
		status 2 "$lab" run && says "no command to run" &&
		status 2 "$lab" run --nonsense -- true && says "no option --nonsense" &&
		status 2 "$lab" run --kernel && says "needs a value" &&
		status 2 "$lab" run --kernel 2.4 -- true && says "The kernels are: " &&
		status 2 "$lab" run --kernel 2.4-arm64 -- true && says "no kernel '2.4-arm64'" &&
		status 2 "$lab" sanitize tsan --kernel 7.3-arm64 && says 'for amd64 alone' &&
		status 2 "$lab" run --memory lots -- true && says "not 'lots'" &&
		status 2 "$lab" clean everything && says "what is 'everything'" &&
		status 2 "$lab" probe --gpu voodoo && says "no GPU is named 'voodoo'" && says 'The GPUs are: .*navi31' &&
		status 2 "$lab" run --gpu voodoo -- true && says "no GPU is named 'voodoo'" &&
		status 2 "$lab" run --gpu && says 'gpu needs a value' &&
		status 2 "$lab" run --gpu m1 && says 'no command to run' &&
		status 2 "$lab" run --gpu m1 --memory 4G -- true && says 'memory is an option of the machine, and --gpu runs without' &&
		status 2 "$lab" run --no-module --gpu m1 -- true && says 'no-module is an option of the machine' &&
		status 2 "$lab" shell --gpu m1 && says 'gpu is an option of run and probe' &&
		status 0 "$lab" --help && grep -q 'lab COMMAND' "$scratch/out"
}

# The program has one --out: the user's, if there is one.
test_one_folder_for_pictures() (
	project=$scratch/out-option
	# shellcheck source=/dev/null
	source "$(dirname "$lab")/vm/machine.sh"
	out_option out --size 64x64 && [[ ${out[*]} == '--out out' ]] &&
		out_option out --out mine && [[ ${#out[@]} -eq 0 ]] &&
		out_option out/report --size 64x64 --out=mine && [[ ${#out[@]} -eq 0 ]]
)

test_passes_everything_on() {
	head -c 300000 /dev/urandom >"$scratch/bytes"
	# shellcheck disable=SC2016 # for the shell in the machine
	status 7 machine -- sh -c 'cat; echo "$1" >&2; exit 7' - "a  'b' \"c\" \$d" <"$scratch/bytes" &&
		cmp "$scratch/bytes" "$scratch/out" && [[ $(<"$scratch/err") == "a  'b' \"c\" \$d" ]]
}

# Kernels of other architectures: NAME RELEASE IMAGE BUILD, and the names before their root is made.
# shellcheck disable=SC2317 # kernel.sh calls these functions
test_kernels_of_other_architectures() (
	project=$(dirname "$lab")
	source "$project/vm/say.sh"
	trap - EXIT
	source "$project/vm/arch.sh"
	source "$project/vm/kernel.sh"
	root=$scratch/root debug_kernel=$scratch/debug
	foreign_root() { echo "$scratch/$1"; }
	mkdir -p "$root/boot"
	touch "$root"/boot/vmlinuz-{6.1.0-50,6.12.9+deb13,7.3.4+deb13}-amd64
	while read -r name release image build; do
		[[ $(kernel_name "$release") == "$name" && $(kernel_image "$release") == "$image" &&
			$(kernel_build "$release") == "$build" ]] || { echo "    $release"; exit 1; }
	done <<-'END'
		6.12 6.12.9+deb13-amd64 /boot/vmlinuz-6.12.9+deb13-amd64 /lib/modules/6.12.9+deb13-amd64/build
		7.3-arm64 7.3.4+deb13-arm64 /arm64/boot/vmlinuz-7.3.4+deb13-arm64 /arm64/usr/src/linux-headers-7.3.4+deb13-arm64
		7.3-arm64-16k 7.3.4+deb13-arm64-16k /arm64/boot/vmlinuz-7.3.4+deb13-arm64-16k /arm64/usr/src/linux-headers-7.3.4+deb13-arm64-16k
	END
	[[ $(kernel_list_foreign | tr '\n' ' ') == '6.12-arm64 - 6.12-arm64-16k - 7.3-arm64 - 7.3-arm64-16k - ' ]] || exit 1
	mkdir -p "$scratch/arm64/boot"
	touch "$scratch"/arm64/boot/vmlinuz-{6.12.9+deb13,7.3.4+deb13}-arm64{,-16k}
	[[ $(kernel_release 7.3-arm64) == 7.3.4+deb13-arm64 && $(kernel_release 6.12-arm64-16k) == 6.12.9+deb13-arm64-16k &&
		$(kernel_release '') == 7.3.4+deb13-amd64 ]] || exit 1
	status 2 eval '(kernel_release 5.4-arm64)' && says "no kernel '5.4-arm64'" && says '7.3-arm64-16k debug'
)

test_exec_needs_no_machine() {
	# shellcheck disable=SC2016 # for the shell in the room
	status 7 "$lab" exec -- sh -c 'echo "$1"; . /etc/os-release; echo "$VERSION_ID" >&2; exit 7' - "a  'b'" &&
		[[ $(<"$scratch/out") == "a  'b'" ]] && says 13 &&
		status 2 "$lab" exec && says "no command to run"
}

test_kernel_complaint_fails_the_run() {
	status 70 machine -- sh -c 'echo "WARNING: made up" >/dev/kmsg; echo done' &&
		says 'WARNING: made up' && [[ $(<"$scratch/out") == 'done' ]]
}

test_panic_and_oops_fail_the_run() {
	status 70 machine -- sh -c 'echo begun; sleep 1; echo c >/proc/sysrq-trigger' &&
		says 'sysrq triggered crash' && says 'ended before the command' && [[ $(<"$scratch/out") == begun ]]
}

# A desktop's session: few open files, new files for their owner alone, a home that cannot be written to.
test_open_files() {
	# shellcheck disable=SC2016 # for the shell in the machine
	(umask 077 && ulimit -Sn 256 && HOME=/nowhere PARALLAX_CACHE=$cache status 0 \
		machine -- bash -c 'find /usr/include /usr/lib/x86_64-linux-gnu -type f | head -n 2000 | xargs stat | grep -c Modify' &&
		[[ $(<"$scratch/out") == 2000 ]])
}

test_too_few_open_files() {
	[[ $EUID -ne 0 ]] || { echo "    (root raises the hard limit; nothing to refuse)"; return 0; }
	(ulimit -n 1000 && status 69 machine -- true && says 'the hard limit here is 1000' && says 'sudo prlimit --pid')
}

test_file_servers_are_heard() (
	project=$(dirname "$lab")
	source "$project/vm/say.sh"
	trap - EXIT
	source "$project/vm/machine.sh"
	: >"$scratch/virtiofsd-root.log"
	printf 'No more file descriptors\nNo more file descriptors\n' >"$scratch/virtiofsd-project.log"
	machine_servers_said "$scratch" 2>"$scratch/err"
	says 'of the project said' && says '2 No more file descriptors' && ! grep -q 'of the root' "$scratch/err"
)

# machine_boot with a made-up machine that hangs at its first boot, or that does not power off.
# shellcheck disable=SC2317 # machine_boot calls these functions
test_machine_that_hangs() (
	project=$scratch/hangs
	source "$(dirname "$lab")/vm/say.sh"
	trap - EXIT
	source "$(dirname "$lab")/vm/machine.sh"
	source "$(dirname "$lab")/vm/kernel-log.sh"
	system_path=/bin machine_end_limit=2
	accelerator_find() { :; }
	kernel_release() { echo 1.0; }
	kernel_name() { echo 1.0; }
	arch_of() { echo amd64; }
	arch_take() { arch=$1 arch_memory=2G arch_preset=dev; }
	arch_host=amd64
	machine_serve() { :; }
	machine_boot_limit() { echo 2; }
	machine_qemu_run() {
		local run=$1
		: | tee "$run"/{qemu,virtiofsd-root,virtiofsd-project}.log
		echo boots >>"$scratch/boots"
		echo '<6>[ 0.1] clocksource' >>"$run/kernel.log"
		if [[ $(wc -l <"$scratch/boots") -le $hangs ]]; then exec sleep 100; fi
		printf '<12>[ 2.0] %s\n' "$kernel_log_mark" >>"$run/kernel.log"
		echo output >>"$run/stdout"
		echo 0 >"$run/tainted"
		echo 5 >"$run/status"
		if [[ $powers_off -eq 0 ]]; then exec sleep 100; fi
	}
	boots() {
		local wanted=$1 hangs=$2 powers_off=$3
		: >"$scratch/boots"
		status "$wanted" machine_run true
	}
	boots 5 0 1 && ! grep . "$scratch/err" && [[ $(<"$scratch/out") == output ]] &&
		boots 5 1 1 && says 'did not boot within 2 s; trying once more' && says clocksource && [[ $(<"$scratch/out") == output ]] &&
		boots 70 2 1 && says 'the machine ended before the command did' && [[ $(wc -l <"$scratch/boots") -eq 2 ]] &&
		boots 5 0 0 && says 'did not power off' && [[ $(<"$scratch/out") == output ]]
)

test_cache_that_cannot_be_written() {
	PARALLAX_CACHE=/proc/nothing status 69 machine -- true && says 'cannot write there' && says 'PARALLAX_CACHE='
}

# Drivers without their hardware: the methods, and every line marked as pretended.
test_pretended_gpus() {
	local gpu name method
	while read -r gpu name method; do
		status 0 "$lab" probe --gpu "$gpu" || return
		grep -q "^pretended $gpu | .*$name" "$scratch/out" || { echo "    $gpu: no $name"; return 1; }
		[[ $(grep -c "^pretended $gpu |   0  *[A-Z0-9]*  *$method  *[0-9]" "$scratch/out") -eq 13 ]] ||
			{ echo "    $gpu: not 13 formats by $method"; return 1; }
		! grep -v "^pretended $gpu | " "$scratch/out" || return 1
	done <<-'END'
		navi31 NAVI31 modifier
		polaris10 POLARIS10 buffer
		a630 Turnip.Adreno modifier
		a740 Turnip.Adreno modifier
	END
	status 0 "$lab" probe --gpu m1 --json && grep -q '"pretended": "m1"' "$scratch/out" &&
		[[ $(grep -c '"modifier": \[\]' "$scratch/out") -eq 13 ]] &&
		# Alignments that RADV demands; with RDNA 1 it takes no stride but its own.
		status 0 "$lab" probe --gpu navi31 && grep -q 'XRGB8888  *modifier  *7680  *256  *256$' "$scratch/out" &&
		grep -q 'DCC_INDEPENDENT_128B, DCC_RETILE' "$scratch/out" && grep -q '3 planes, import and export' "$scratch/out" &&
		status 0 "$lab" probe --gpu navi10 && grep -q 'XRGB8888  *modifier  *7680  *own  *256$' "$scratch/out" &&
		status 0 "$lab" probe --gpu navi31 --between 0 0 --format NV12 &&
		grep -q '^pretended navi31 |  *LINEAR$' "$scratch/out" &&
		status 2 "$lab" probe --gpu all --json && says 'gpu all takes no other option'
}

# A whole run with such a driver: no line without the mark, and the device has it too.
test_runs_with_pretended_gpus() {
	local folder=build/selftest-pretended
	pretended() { status "$@" && ! grep -v "^pretended $gpu | " "$scratch/out" "$scratch/err"; }
	local gpu=navi31
	pretended 1 "$lab" run --no-build --gpu navi31 -- parallax render --exporter udmabuf --size 64x48 --validate --out "$folder" &&
		grep -q ' | DIFFERENT: 9216 of 9216 pixels' "$scratch/out" && grep -q 'device  *pretended AMD' "$scratch/out" &&
		grep -q 'import  *modifier$' "$scratch/out" || return
	# Honeykrisp takes whole pages of Apple's size only, and says so.
	gpu=m1
	pretended 3 "$lab" run --no-build --gpu m1 -- parallax render --exporter udmabuf --size 64x48 --out "$folder" &&
		says 'pretended m1 | import failed: BO is not a multiple of the page size' &&
		[[ $(grep -c 'the driver refused to import the dma-buf' "$scratch/err") -eq 3 ]] || return
	# shellcheck disable=SC2016 # for the shell in the room
	pretended 7 "$lab" run --gpu m1 --no-build -- sh -c 'echo "$1"; echo said >&2; exit 7' - "a  'b'" &&
		[[ $(<"$scratch/out") == "pretended m1 | a  'b'" && $(<"$scratch/err") == 'pretended m1 | said' ]]
}

# Arguments of the program in lab window without an X display: OPTIONS... = the program's.
test_window_without_display() (
	project=$scratch/window
	source "$(dirname "$lab")/vm/commands/window.sh"
	say() { :; }
	machine_run() { shift 4; echo "$*"; }
	given() {
		local wanted=$1 got
		shift
		arguments=("$@")
		got=$(window_picture | tr ' ' '\n' | paste -s -d ' ')
		[[ $got == "$wanted" ]] || { echo "    window $*: $got, not $wanted"; exit 1; }
	}
	given '--script F --frames 3 --screenshot a.png' --script F --frames 3 --screenshot a.png
	given '--script=F --frames=3 --screenshot=a.png' --script=F --frames=3 --screenshot=a.png
	given '--script F --frames 3 --screenshot out/window.png' --script F --frames 3
	[[ $(arguments=(--views 'a]b'); window_picture) == *' --frames 48'* ]]
)

# The list of slow tests, of more of them than a pipe holds; a process of its own ends at the first error.
test_slow_tests_of_many() {
	local n
	mkdir -p "$scratch/build/tests"
	for n in {1..3000}; do
		printf '%d/3000 Test #%d: group.Case.WithANameOfSomeLength%04d ....   Passed  %d.5 sec\n' "$n" "$n" "$n" "$n"
	done >"$scratch/build/tests/many.log"
	# shellcheck disable=SC2016 # for that process
	status 0 bash -euo pipefail -c 'project=$1; source "$2/vm/say.sh"; source "$2/vm/commands/test.sh"; where_the_time_went' \
		- "$scratch" "$(dirname "$lab")" && says '3000.5  group.Case.WithANameOfSomeLength3000 (many)' &&
		says 'seconds of tests by label' && [[ $(grep -c 'WithAName' "$scratch/err") -eq 10 ]]
}

test_two_at_once() {
	local first
	machine -- sh -c 'echo first; exit 3' >"$scratch/first" 2>&1 &
	first=$!
	status 4 machine --kernel 6.12 -- sh -c 'echo second; exit 4' || return
	wait "$first"
	[[ $? -eq 3 && $(<"$scratch/first") == first && $(<"$scratch/out") == second ]]
}

test_ended_in_the_middle() {
	local pid runs
	runs=$(dirname "$lab")/build/vm
	setsid "$lab" run --no-build --no-module -- sleep 1000 >"$scratch/out" 2>&1 &
	pid=$!
	for _ in {1..100}; do
		sleep 0.1
		pgrep -g "$pid" >/dev/null && grep -q -s "sleep 1000" "$runs"/run.*/request && break
	done
	kill -TERM "$pid"
	wait "$pid"
	[[ $? -eq 143 ]] || { echo "    the exit status is not 143"; return 1; }
	# Nothing of this run is left; files of other runs may exist.
	! grep -l -s "sleep 1000" "$runs"/run.*/request || return 1
	# The last of its processes may still be on their way out.
	for _ in {1..50}; do
		pgrep -s "$pid" --runstates R,S,D,T >/dev/null || return 0
		sleep 0.1
	done
	pgrep -a -s "$pid"
	return 1
}

# kernel_log_check on made-up logs: COMPLAINT? TAINT LINE
test_kernel_log() (
	project=$(dirname "$lab")
	source "$project/vm/say.sh"
	trap - EXIT
	source "$project/vm/kernel-log.sh"
	verdict() {
		local wanted=$1 got=bad
		echo 0 >"$scratch/status"
		: | tee "$scratch"/{qemu,virtiofsd-root,virtiofsd-project}.log
		echo "$2" >"$scratch/tainted"
		printf '<4>[ 1.0] WARNING: at boot\r\n<12>[ 2.0] %s\r\n%s\r\n' "$kernel_log_mark" "$3" >"$scratch/kernel.log"
		kernel_log_check "$scratch" the-copy 2>"$scratch/err" && got=good
		[[ $got == "$wanted" ]] || { echo "    taint $2, '$3': $got, not $wanted"; exit 1; }
	}
	verdict good 0 '<6>[ 3.0] all is well'
	verdict good $((1 << 12 | 1 << 13)) '<6>[ 3.0] module verification failed'
	verdict good 0 "<12>[ 3.0] $kernel_log_end"$'\n<3>[ 3.1] virtio-fs: an error'
	verdict bad $((1 << 12 | 1 << 9)) '<6>[ 3.0] nothing'
	says 'warning'
	verdict bad 1 '<6>[ 3.0] nothing'
	verdict bad 0 '<3>[ 3.0] some driver: an error'
	verdict bad 0 '<4>[ 3.0] WARNING: CPU: 0 PID: 1 at mm/page_alloc.c:1'
	verdict bad 0 '<1>[ 3.0] BUG: kernel NULL pointer dereference'
	verdict bad 0 '<4>[ 3.0] WARNING: possible circular locking dependency detected'
	verdict bad 0 '<4>[ 3.0] BUG: KASAN: slab-use-after-free in f'
	verdict bad 0 '<4>[ 3.0] INFO: task x:1 blocked for more than 120 seconds.'
	verdict bad 0 '<4>[ 3.0] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:'
	verdict bad 0 '<6>[ 3.0] parallax[77]: segfault at 0 ip 00 sp 00 error 4'
	verdict bad 0 '<6>[ 3.0] kmemleak: 1 new suspected memory leaks'
	verdict bad 0 '<4>[ 3.0] DMA-API: exceeded 7 overlapping mappings'
	: >"$scratch/status"
	! kernel_log_check "$scratch" the-copy 2>"$scratch/err" && says 'ended before the command'
)

failed=0
cases=("$@")
[[ $# -gt 0 ]] || mapfile -t cases < <(compgen -A function test_)
for name in "${cases[@]}"; do
	if "$name"; then
		echo "ok      $name"
	else
		echo "FAILED  $name"
		failed=$((failed + 1))
	fi
done
echo "$((${#cases[@]} - failed)) of ${#cases[@]} tests of lab passed"
[[ $failed -eq 0 ]]
