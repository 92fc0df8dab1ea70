# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: report [OPTIONS] [ARGS...]
# help:     `parallax report` in the machine: what works there and what does not,
# help:     in out/report/: report.html, report.md and report.json; ARGS are
# help:     report's, --compare OLD NEW for example

main() {
	local status=0
	machine_options report "$@"
	root_need
	build_for_machine parallax
	machine_run parallax report --out out/report "${arguments[@]}" || status=$?
	case " ${arguments[*]} " in
	*" --compare "* | *" --out "* | *" --out="*) return "$status" ;;
	esac
	case $status in
	0 | 1) say "the report is $project/out/report/report.html" ;;
	esac
	return "$status"
}
