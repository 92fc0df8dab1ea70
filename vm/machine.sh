# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The machine: QEMU in the room, with one of the root's kernels and the room as
# its file system over virtiofs. Debian's kernels have virtiofs, virtio-serial
# and devtmpfs built in, so there is no initial RAM disk and no udev to wait for:
# the kernel starts vm/guest/init, which runs one command and powers off.
#
# The command's output is written to files in the run directory through the same
# virtiofs, so that none is lost when the machine ends; the host reads them while
# they grow. The kernel's log comes over the serial port.

# Parameters of the next machine; options of the commands set these.
machine_kernel=''      # name, empty: the newest
machine_append=''      # added to the kernel's command line
machine_module=1       # load dmabuf_exporter
machine_build=1        # build what has changed first
machine_root=''        # the root that it boots, if another than that of its kernel
machine_preset=''      # CMake's preset of its programs, if another than that of its architecture
machine_memory=''      # empty: as much as that kernel needs
machine_cpus=2
machine_qemu=()        # more arguments for QEMU
machine_verbose=''     # show the kernel's log too
machine_log=''         # name of its kernel's log in build/vm, if not that of the kernel
machine_timeout=0      # seconds until the machine is ended, 0: never
machine_gpu=''         # a pretended GPU, to run without a machine
machine_given=()       # the options that were given

readonly machine_boot_options=(
	root=root rootfstype=virtiofs ro
	console_msg_format=syslog # the log with its levels, for vm/kernel-log.sh
	oops=panic panic=-1       # an oops ends the machine at once
	# A busy host stops the emulated processors for seconds, which is not a lockup.
	watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120 workqueue.watchdog_thresh=120
	sysctl.kernel.hung_task_timeout_secs=300
)

# out_option FOLDER ARGS...: sets the array out to the option --out FOLDER; to nothing if ARGS have one.
out_option() {
	local argument
	out=(--out "$1")
	for argument in "${@:2}"; do
		[[ $argument != --out && $argument != --out=* ]] || out=()
	done
}

# machine_options COMMAND ARGS...: takes the options above from the front, and
# leaves the other arguments in the array arguments.
machine_options() {
	local command=$1 value
	shift
	while [[ $# -gt 0 ]]; do
		case $1 in
		--kernel | --append | --memory | --cpus | --qemu | --timeout | --log | --gpu)
			[[ $# -ge 2 ]] || usage_error "$command: $1 needs a value"
			value=$2
			;;&
		--no-module) machine_module=0 ;;
		--no-build) machine_build=0 ;;
		--verbose | -v) machine_verbose=1 ;;
		--kernel) machine_kernel=$value ;;
		--append) machine_append=$value ;;
		--log) machine_log=$value ;;
		--memory)
			[[ $value =~ ^[1-9][0-9]*[MG]$ ]] || usage_error "$command: --memory takes 512M or 2G, not '$value'"
			machine_memory=$value
			;;
		--cpus)
			[[ $value =~ ^[1-9][0-9]*$ ]] || usage_error "$command: --cpus takes a number, not '$value'"
			machine_cpus=$value
			;;
		--qemu) read -ra machine_qemu <<<"$value" ;;
		--gpu)
			[[ $command == run ]] || usage_error "$command: --gpu is an option of run and probe"
			gpu_find "$value"
			machine_gpu=$value
			;;
		--timeout)
			[[ $value =~ ^[0-9]+$ ]] || usage_error "$command: --timeout takes seconds, not '$value'"
			machine_timeout=$value
			;;
		--)
			shift
			break
			;;
		-*)
			# Other arguments are for commands that pass them on.
			[[ $command != run ]] || usage_error "run: there is no option $1" "lab run [OPTIONS] -- CMD..."
			break
			;;
		*) break ;;
		esac
		machine_given+=("$1")
		case $1 in --no-* | --verbose | -v) shift ;; *) shift 2 ;; esac
	done
	arguments=("$@")
}

# machine_same NAME: sets the array NAME to the options of the same machine for
# another lab, except the kernel and additions to its command line.
machine_same() {
	local -n same_=$1
	same_=(--no-build --cpus "$machine_cpus")
	[[ $machine_module -eq 1 ]] || same_+=(--no-module)
	[[ -z $machine_memory ]] || same_+=(--memory "$machine_memory")
	[[ ${#machine_qemu[@]} -eq 0 ]] || same_+=(--qemu "${machine_qemu[*]}")
	[[ -z $machine_verbose ]] || same_+=(--verbose)
}

# machine_run CMD...: boots, runs CMD and returns its exit status, or
# $exit_kernel if the kernel complained or the machine ended without one.
# machine_shell is the same with a shell on this terminal.
machine_run() { machine_boot command "$@"; }
machine_shell() { machine_boot shell bash --login; }

machine_boot() {
	local mode=$1 release run log memory status undo=${#undo_list[@]} machine_root=$machine_root
	shift
	release=$(kernel_release "$machine_kernel") || exit
	arch_take "$(arch_of "$release")"
	[[ -n $machine_root || $arch == "$arch_host" ]] || machine_root=$(foreign_root "$arch")
	accelerator_find
	# The checkers of the debug kernel need memory for their records.
	[[ $(kernel_name "$release") == debug ]] && memory=4G || memory=$arch_memory
	memory=${machine_memory:-$memory}
	log=$project/build/vm/${machine_log:-kernel-$(kernel_name "$release")$(tr -cs 'a-z0-9\n' - <<<"${machine_append%% }")}.log
	mkdir -p -- "$project/build/vm"
	machine_remove_stale_runs
	run=$(mktemp -d "$project/build/vm/run.$$.XXXXXX") || exit
	at_exit "rm -rf -- '$run'"
	machine_request "$mode" "$release" "$@" >"$run/request"
	machine_start "$mode" "$run" "$release"
	if [[ -e $run/hung ]]; then
		say "the kernel $release did not boot within $(machine_boot_limit) s; trying once more. The end of its log:"
		tail -n 10 -- "$run/kernel.log" | sed 's/^/     | /' >&2
		rm -- "$run/hung"
		machine_start "$mode" "$run" "$release"
	fi

	cp -- "$run/kernel.log" "$log"
	if kernel_log_check "$run" "$log"; then # the copy is kept
		status=$(<"$run/status")
	else
		status=$exit_kernel
	fi
	[[ $status -eq 0 ]] || machine_servers_said "$run"
	undo_to "$undo"
	return "$status"
}

# machine_start MODE RUN RELEASE: starts the file servers and the machine, and waits for its end.
machine_start() {
	local mode=$1 run=$2 release=$3 undo=${#undo_list[@]}
	local file
	for file in stdout stderr kernel.log; do : >"$run/$file"; done
	rm -f -- "$run"/*.sock

	# The root never changes, and the programs in it do not while the machine runs, so the guest may cache all
	# of it: otherwise each file needs a request for every part of its path, and is read at each open.
	machine_serve "$run" root --shared-dir "${machine_root:+$machine_served}/" --cache always
	machine_serve "$run" project --shared-dir "$project" --cache auto
	if [[ $mode == shell ]]; then
		machine_qemu_run "$run" "$release" -chardev stdio,id=console,signal=off \
			-device virtconsole,chardev=console || true
		cat -- "$run/stderr" >&2
	else
		machine_command "$run" "$release"
	fi
	undo_to "$undo"
}

# machine_servers_said RUN: shows the messages of the file servers, which explain why a program in
# the guest could not read or run a file.
machine_servers_said() {
	local tag
	for tag in root project; do
		[[ -s $1/virtiofsd-$tag.log ]] || continue
		say "the machine's file server of the $tag said:"
		uniq -c -- "$1/virtiofsd-$tag.log" | tail -n 20 | sed 's/^/     | /' >&2
	done
}

# A lab that was killed leaves its run directory; its processes ended with it.
machine_remove_stale_runs() {
	local run pid
	for run in "$project"/build/vm/run.*; do
		pid=${run##*/run.}
		[[ ! -d $run ]] || kill -0 "${pid%.*}" 2>/dev/null || rm -rf -- "$run"
	done
}

# The request to the guest's init, in bash that it sources.
machine_request() {
	local mode=$1 release=$2 module=''
	shift 2
	[[ $machine_module -eq 0 || ! -d $project/kmod ]] || module=$(module_of "$release")
	printf '%s=%q\n' mode "$mode" module "$module" \
		programs "$(machine_programs)" path "$(machine_programs):$system_path" term "${TERM:-dumb}"
	printf 'terminal=( %s )\n' "$(stty size 2>/dev/null || echo 24 80)"
	printf 'argv=('
	printf ' %q' "$@"
	printf ' )\n'
}

machine_programs() { printf '%s\n' "$project/build/${machine_preset:-$arch_preset}/bin"; }

readonly machine_served=/served # place of a root that is not lab's own

# machine_serve RUN TAG ARGS...: a file server for the machine's share TAG.
machine_serve() {
	local run=$1 tag=$2 top=${machine_root:+$machine_served} programs server waited=0
	local -a view
	shift 2
	room_view view ${machine_root:+"$machine_root" "$top"}
	programs=$(machine_programs)
	mkdir -p -- "$programs"
	set -m
	# All capabilities of the user namespace: virtiofsd requires some.
	bwrap "${view[@]}" --cap-add ALL --dir "$top/dev" --dir "$top/sys" --dir "$top/tmp" \
		--ro-bind "$project/vm/guest" "$top/guest" --ro-bind "$programs" "$top/programs" --dir "$top$project" \
		--proc /proc --proc "$top/proc" --bind "$project" "$project" --bind "$run" /run \
		/usr/libexec/virtiofsd --socket-path "/run/$tag.sock" --sandbox none \
		--rlimit-nofile 0 --log-level error "$@" \
		</dev/null >"$run/virtiofsd-$tag.log" 2>&1 &
	server=$!
	set +m
	at_exit "end_group $server"
	until [[ -S $run/$tag.sock ]]; do
		if ! kill -0 "$server" 2>/dev/null || [[ $((waited++)) -gt 200 ]]; then
			die "virtiofsd did not start:" "$(<"$run/virtiofsd-$tag.log")"
		fi
		sleep 0.05
	done
}

machine_command() {
	local run=$1 qemu watch stream status=0
	local -a input=(-chardev "null,id=stdin")
	# A terminal stays with lab, for Ctrl-C; lab shell gives it to the machine.
	[[ -t 0 ]] || input=(-chardev "stdio,id=stdin,signal=off")
	set -m
	machine_qemu_run "$@" "${input[@]}" -device virtserialport,chardev=stdin,name=stdin <&0 &
	qemu=$!
	set +m
	at_exit "end_group $qemu"
	machine_watch "$run" "$qemu" &
	watch=$!
	machine_pass_on "$run/stdout" "$qemu" >&1
	machine_pass_on "$run/stderr" "$qemu" >&2
	[[ -z $machine_verbose ]] || machine_pass_on "$run/kernel.log" "$qemu" >&2
	wait "$qemu" || status=$?
	kill "$watch" 2>/dev/null || true
	wait "$watch" || true
	[[ $status -ne 124 ]] || say "the machine was ended after $machine_timeout s, its --timeout"
	for stream in "${streams[@]}"; do wait "$stream" || true; done
	streams=()
}

# Seconds in which a machine boots, even on a busy host. The debug kernel's checkers begin at boot.
machine_boot_limit() { [[ ${machine_kernel:-} == debug ]] && echo 900 || echo 300; }
machine_end_limit=120 # seconds from the command's end to QEMU's

# machine_watch RUN PID: ends QEMU where the emulated processors hang before the command begins, or after
# it has left its status. A command that hangs is ended by --timeout alone.
machine_watch() {
	local waited=0
	until grep -q -s -a -F "$kernel_log_mark" "$1/kernel.log"; do
		sleep 1
		kill -0 "$2" 2>/dev/null || return 0
		if [[ $((++waited)) -gt $(machine_boot_limit) ]]; then
			: >"$1/hung"
			kill -TERM -- "-$2" 2>/dev/null
			return 0
		fi
	done
	waited=0
	while kill -0 "$2" 2>/dev/null; do
		sleep 1
		if [[ -s $1/status && $((++waited)) -gt $machine_end_limit ]]; then
			say "the machine did not power off in $machine_end_limit s, and was ended"
			kill -TERM -- "-$2" 2>/dev/null
			return 0
		fi
	done
}

# Prints a growing file until QEMU has ended.
streams=()
machine_pass_on() {
	tail --silent --bytes=+1 --follow --pid="$2" --sleep-interval=0.1 -- "$1" &
	streams+=($!)
}

# A display, whose driver (bochs) is a module that a command in the guest may load, and QEMU's monitor
# on a serial port, through which the guest can make screendumps.
readonly machine_screen=(
	-device "bochs-display,romfile="
	-chardev "socket,id=monitor,path=/run/monitor.sock,server=on,wait=off" -mon "chardev=monitor,mode=control"
	-chardev "socket,id=camera,path=/run/monitor.sock" -device "virtserialport,chardev=camera,name=monitor"
)

# machine_qemu_run RUN RELEASE ARGS...
machine_qemu_run() {
	local run=$1 release=$2
	local -a view processor initrd=()
	shift 2
	room_view view
	accelerator_options processor
	[[ ! -e $root/boot/initrd-$release ]] || initrd=(-initrd "/boot/initrd-$release")
	timeout --foreground "$machine_timeout" bwrap "${view[@]}" --dev-bind /dev /dev --proc /proc --ro-bind /sys /sys --tmpfs /tmp \
		--bind "$run" /run --bind "$project" "$project" --chdir "$project" \
		"$arch_qemu" -name parallax -nodefaults -no-user-config -display none -no-reboot \
		-machine "$arch_qemu_machine,memory-backend=memory" "${processor[@]}" -smp "$machine_cpus" \
		-m "$memory" -object "memory-backend-memfd,id=memory,share=on,size=$memory" \
		-chardev socket,id=root,path=/run/root.sock -device vhost-user-fs-pci,chardev=root,tag=root \
		-chardev socket,id=project,path=/run/project.sock -device vhost-user-fs-pci,chardev=project,tag=project \
		-chardev file,id=log,path=/run/kernel.log -serial chardev:log \
		-device virtio-serial-pci "$@" "${machine_qemu[@]}" "${machine_screen[@]}" \
		-kernel "$(kernel_image "$release")" "${initrd[@]}" \
		-append "${machine_boot_options[*]} console=$arch_console $arch_boot_options $(accelerator_boot_options) $machine_append init=/guest/init -- $project $run" \
		2>"$run/qemu.log"
}
