# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: probe [--gpu NAME|all] [--json]
# help:     parallax probe, here and not in the machine; --gpu: as the driver of a
# help:     GPU answers that is not there (`lab gpus`), each line marked; all: the
# help:     table "Asked" of docs/drivers.md

main() {
	local gpu='' json=''
	while [[ $# -gt 0 ]]; do
		case $1 in
		--gpu)
			[[ $# -gt 1 ]] || usage_error "probe: --gpu needs a value" "'lab gpus' lists them, and there is all."
			gpu=$2
			shift ;;
		--json) json=--json ;;
		*) usage_error "probe: what is '$1'?" ;;
		esac
		shift
	done
	[[ -z $gpu || $gpu == all ]] || gpu_find "$gpu"
	root_need
	build_programs parallax-program
	case $gpu in
	'') in_room parallax probe ${json:+"$json"} ;;
	all) probe_table ;;
	*) probe_pretended "$gpu" ${json:+"$json"} ;;
	esac
}

# probe_pretended NAME [--json]: what is printed cannot be taken for a GPU's own answer. Since the
# room has no exporters, the program says that the machine cannot do it.
probe_pretended() {
	local -a mark=(sed "s/^/pretended $1 | /")
	[[ -z ${2:-} ]] || mark=(in_room jq --arg gpu "$1" '{pretended: $gpu} + .')
	with_gpu "$1" parallax probe ${2:+"$2"} | "${mark[@]}" || [[ $? -eq 3 ]]
}

# A row for each GPU: of its driver's formats, those that each method would take.
probe_table() {
	local gpu_driver gpu_shim gpu_chip gpu_title name
	echo '| driver | chip, pretended | modifier | linear | buffer |'
	echo '|---|---|---|---|---|'
	for name in $(gpu_names); do
		gpu_find "$name"
		probe_pretended "$name" --json | in_room jq -r --arg chip "$gpu_title" '
			def formats(method): [.formats[] | select(.methods[method] == []).format] as $taken
				| if $taken == [.formats[].format] then "all" elif $taken == [] then "no" else $taken | join(", ") end;
			.devices[0] // {driver: "none", formats: []}
			| "| \(.driver) | \($chip) | \(formats("modifier")) | \(formats("linear")) | \(formats("buffer")) |"'
	done
}
