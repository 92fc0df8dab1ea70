# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Completion for parallax. Subcommands and options are taken from --help.

_parallax_subcommands() {
	"$1" --help 2>/dev/null | sed -n '/^subcommands:/I,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'
}
_parallax_options() { # PROGRAM SUBCOMMAND
	"$1" "$2" --help 2>/dev/null | sed -n 's/^  \(-[a-z],\)\?\(--[a-z-]*\).*/\2/p'
}

_parallax() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()
	if [[ $COMP_CWORD -eq 1 ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_parallax_subcommands "$1") --help --version" -- "$word")
		return
	fi
	case $before in
	--exporter) mapfile -t COMPREPLY < <(compgen -W 'exporter udmabuf udmabuf-huge system' -- "$word") ;;
	--views)
		local views='all cpu,gpu cpu,gpu,process cpu,gpu,process,display cpu,gpu,process,display,device'
		[[ ${COMP_WORDS[1]} == window ]] || views+=' cpu,gpu,process-import'
		mapfile -t COMPREPLY < <(compgen -W "$views" -- "$word")
		;;
	--import) mapfile -t COMPREPLY < <(compgen -W 'modifier linear buffer' -- "$word") ;;
	--break)
		local mistakes='stride offset format decoy'
		[[ ${COMP_WORDS[1]} != window ]] || return
		mapfile -t COMPREPLY < <(compgen -W "$mistakes" -- "$word")
		;;
	--format)
		local formats='XRGB8888 ARGB8888 XBGR8888 ABGR8888 RGB565'
		[[ ${COMP_WORDS[1]} != capture ]] || formats='YUYV NV12'
		mapfile -t COMPREPLY < <(compgen -W "$formats" -- "$word")
		;;
	--image | --out | --script | --screenshot | --socket | --against | --keep)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "$(_parallax_options "$1" "${COMP_WORDS[1]}")" -- "$word")
		if [[ ${COMP_WORDS[1]} == judge && $word != -* ]]; then
			compopt -o filenames
			mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$word")
		fi
		;;
	esac
}
complete -F _parallax parallax
