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

# The values that --help lists after SENTENCE and a colon.
_parallax_values() { # PROGRAM SUBCOMMAND SENTENCE
	"$1" "$2" --help 2>/dev/null | sed -n "s/^  .*$3: \([^;]*\).*/\1/p" | tr -d ,
}

_parallax() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()
	if [[ $COMP_CWORD -eq 1 ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_parallax_subcommands "$1") --help --version" -- "$word")
		return
	fi
	case $before in
	--exporter)
		local exporters # a device can be added: "dumb:/dev/dri/card0"
		exporters=$(_parallax_values "$1" render 'Exporter that allocates the memory' |
			sed 's/ or the path.*//; s/\[[^]]*\]//g; s/:[A-Z]*/:/g')
		mapfile -t COMPREPLY < <(compgen -W "$exporters $(compgen -G '/dev/dma_heap/*')" -- "$word")
		;;
	--views)
		local views='all cpu,gpu cpu,gpu,gl cpu,gpu,compositor cpu,gpu,process cpu,gpu,process,display cpu,gpu,process,display,device cpu,gpu,video'
		[[ ${COMP_WORDS[1]} == window ]] || views+=' cpu,gpu,process-import'
		mapfile -t COMPREPLY < <(compgen -W "$views" -- "$word")
		;;
	--colour)
		local colours='601-limited 601-full 709-limited 709-full 2020-limited 2020-full'
		mapfile -t COMPREPLY < <(compgen -W "$colours" -- "$word")
		;;
	--planes) mapfile -t COMPREPLY < <(compgen -W 'one each' -- "$word") ;;
	--import) mapfile -t COMPREPLY < <(compgen -W 'modifier linear buffer' -- "$word") ;;
	--break)
		local sentence='Break a rule on purpose'
		[[ ${COMP_WORDS[1]} != window ]] || sentence='Start with one rule broken'
		mapfile -t COMPREPLY < <(compgen -W "$(_parallax_values "$1" "${COMP_WORDS[1]}" "$sentence")" -- "$word")
		;;
	--format)
		local what='DRM format in the memory'
		[[ ${COMP_WORDS[1]} != capture ]] || what="Format of the camera's frames"
		[[ ${COMP_WORDS[1]} != transform ]] || what='Format of the source'
		[[ ${COMP_WORDS[1]} != probe ]] || what='With --between, only this one'
		mapfile -t COMPREPLY < <(compgen -W "$(_parallax_values "$1" "${COMP_WORDS[1]}" "$what")" -- "$word")
		;;
	--image | --out | --script | --screenshot | --share | --socket | --against | --keep | --compare)
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
