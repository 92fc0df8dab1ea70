# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: probe [--gpu NAME|all] [ARGS...]
# help:     parallax probe ARGS, here and not in the machine; --gpu: as the driver
# help:     of a GPU answers that is not there (`lab gpus`), each line marked; all:
# help:     the table "Asked" of docs/drivers.md

main() {
	local gpu='' arguments=()
	while [[ $# -gt 0 ]]; do
		case $1 in
		--gpu)
			[[ $# -gt 1 ]] || usage_error "probe: --gpu needs a value" "'lab gpus' lists them, and there is all."
			gpu=$2
			shift ;;
		*) arguments+=("$1") ;;
		esac
		shift
	done
	[[ $gpu != all || ${#arguments[@]} -eq 0 ]] || usage_error "probe: --gpu all takes no other option"
	[[ -z $gpu || $gpu == all ]] || gpu_find "$gpu"
	root_need
	build_programs parallax-program
	case $gpu in
	'') in_room parallax probe "${arguments[@]}" ;;
	all) probe_table ;;
	*) probe_pretended "$gpu" "${arguments[@]}" ;;
	esac
}

# probe_pretended NAME ARGS...: what is printed cannot be taken for a GPU's own answer. Since the
# room has no exporters, the program says that the machine cannot do it.
probe_pretended() {
	local gpu=$1
	shift
	local -a mark=(sed "s/^/pretended $gpu | /")
	[[ " $* " != *' --json '* ]] || mark=(in_room jq --arg gpu "$gpu" '{pretended: $gpu} + .')
	with_gpu "$gpu" parallax probe "$@" | "${mark[@]}" || [[ $? -eq 3 ]]
}

# A row for each GPU: of its driver's formats, those that each method would take.
probe_table() {
	local gpu_arch gpu_driver gpu_shim gpu_chip gpu_title name
	echo '| driver | chip, pretended | modifier | linear | buffer | stride, offset align | modifiers, planes |'
	echo '|---|---|---|---|---|---|---|'
	for name in $(gpu_names); do
		gpu_find "$name"
		probe_pretended "$name" --json | in_room jq -r --arg chip "$gpu_title" '
			def formats(method): [.formats[] | select(.methods[method] == []).format] as $taken
				| ([.formats[].format] - $taken) as $lacking
				| if $lacking == [] then "all" elif $taken == [] then "no"
				  elif ($lacking | length) < ($taken | length) then "all but " + ($lacking | join(", "))
				  else $taken | join(", ") end;
			# Of the stride and of the offset, for XRGB8888 in LINEAR.
			def aligned: .formats[0].alignment
				| if . == null then "-" else "\(if .stride == 0 then "own" else .stride end), \(if .offset == 0 then "none" else .offset end)" end;
			# Their number, and the planes of memory that they have.
			def tiled: [.modifiers.XRGB8888[]?] | if . == [] then "none" else "\(length), \(map(.planes) | unique | map(tostring) | join("/"))" end;
			.devices[0] // {driver: "none", formats: []}
			| "| \(.driver) | \($chip) | \(formats("modifier")) | \(formats("linear")) | \(formats("buffer")) | \(aligned) | \(tiled) |"'
	done
}
