# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Completion for lab: source vm/completion.bash

_lab() {
	local word=${COMP_WORDS[COMP_CWORD]} project command i options
	project=$(dirname -- "$(type -P -- "$1")")
	COMPREPLY=()
	if [[ $COMP_CWORD -eq 1 ]]; then
		command=$(cd -- "$project/vm/commands" 2>/dev/null && printf '%s\n' *.sh)
		mapfile -t COMPREPLY < <(compgen -W "${command//.sh/}" -- "$word")
		return
	fi
	# After -- comes a command of the machine, and with it files.
	for ((i = 2; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} != -- ]] || { compopt -o default; return; }
	done
	if [[ ${COMP_WORDS[COMP_CWORD - 1]} == --kernel ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$("$1" kernels 2>/dev/null | cut -d' ' -f1)" -- "$word")
		return
	fi
	if [[ ${COMP_WORDS[COMP_CWORD - 1]} == --gpu ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$("$1" gpus 2>/dev/null | cut -d' ' -f1) all" -- "$word")
		return
	fi
	options=$("$1" help 2>/dev/null | sed -n '/^OPTIONS/,/^$/s/^  \(--[a-z-]*\).*/\1/p')
	mapfile -t COMPREPLY < <(compgen -W "$options --" -- "$word")
}
complete -F _lab lab
