# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: gpus
# help:     the GPUs that probe and run can pretend: name, Vulkan driver, chip

main() {
	[[ $# -eq 0 ]] || usage_error "gpus: what is '$1'?"
	awk 'NF { name = $1; driver = $3; $1 = $2 = $3 = $4 = $5 = ""; sub(/^ +/, ""); printf "%-10s %-10s %s\n", name, driver, $0 }' <<<"$gpus"
}
