#!/bin/bash
# SPDX-License-Identifier: MIT
#
# manual.sh PROGRAM: the manual page and the completion agree with the program's --help.
set -euo pipefail
program=$1
demo=$(cd "$(dirname "$0")/../../demo" && pwd)
failed=0
complain() { echo "$*" >&2; failed=1; }

# completed WORDS...: the completions of the last word.
completed() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_parallax "$program"
	printf '%s\n' "${COMPREPLY[@]}"
}
# shellcheck source=/dev/null
source "$demo/completion.bash"

mapfile -t subcommands < <("$program" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
[[ ${#subcommands[@]} -ge 8 ]] || complain "--help shows ${#subcommands[@]} subcommands"
first=$(completed parallax "")
for subcommand in "${subcommands[@]}"; do
	grep -q "^\.Ss $subcommand$" "$demo/parallax.1" || complain "the manual has no section on $subcommand"
	grep -qx -- "$subcommand" <<<"$first" || complain "$subcommand is not completed"
	options=$("$program" "$subcommand" --help | sed -n 's/^  \(-[a-z],\)\?\(--[a-z-]*\).*/\2/p')
	[[ -n $options ]] || complain "--help of $subcommand shows no options"
	examples=$("$program" "$subcommand" --help | sed -n '/^Examples/,/^$/s/^  \(parallax .*\)/\1/p')
	[[ -n $examples ]] || complain "--help of $subcommand has no examples"
	while read -r option; do
		grep -qx -e "$option" <<<"$options" || complain "an example of $subcommand has $option, which it does not know"
	done < <(grep -o -e '--[a-z-]*' <<<"$examples")
	offered=$(completed parallax "$subcommand" --)
	for option in $options; do
		grep -q -e "Fl ${option#-}\( \|$\)" "$demo/parallax.1" ||
			complain "the manual does not know $subcommand $option"
		grep -qx -e "$option" <<<"$offered" ||
			complain "$subcommand $option is not completed"
	done
done
# Vice versa: the manual has no option that the program lacks.
all=$(for subcommand in "${subcommands[@]}"; do "$program" "$subcommand" --help; done; "$program" --help)
# A program without its window lacks the window's options, which the manual has.
if grep -q "^Not in this build" < <("$program" window --help); then
	all+=$'\n'$(sed -n '/^\.Ss window$/,/^\.S[sh] /p' "$demo/parallax.1" | grep -o 'Fl -[a-z-]*' | sed 's/Fl -/--/')
fi
while read -r option; do
	grep -q -e "$option\( \|$\)" <<<"$all" || complain "the program does not know $option, which the manual has"
done < <(grep -o 'Fl -[a-z-]*' "$demo/parallax.1" | sed 's/Fl -/--/' | sort -u)
# values SUBCOMMAND SENTENCE: the words after SENTENCE in --help, up to the sentence's end.
values() {
	"$program" "$1" --help | sed -n "s/^  .*$2: \\([^;]*\\).*/\\1/p" | sed 's/, or the path.*//; s/\[[^]]*\]//g; s/:[A-Z][A-Z]*/:/g; s/,\| or / /g'
}
# check_values SUBCOMMAND OPTION SENTENCE: completion offers these values and no others.
check_values() {
	local named offered
	named=$(values "$1" "$3" | tr -s ' ' '\n' | sort)
	offered=$(completed parallax "$1" "$2" "" | sed '/^\//d' | sort) # without files of this machine
	[[ $named == *$'\n'* ]] || complain "--help of $1 names no values of $2"
	[[ $named == "$offered" ]] ||
		complain "$1 $2: --help names ${named//$'\n'/ }; completed are ${offered//$'\n'/ }"
}
check_values render --exporter "Exporter that allocates the memory"
check_values render --format "DRM format in the memory"
check_values render --import "Use this import method only"
check_values render --break "Break a rule on purpose"
check_values capture --format "Format of the camera's frames"
check_values transform --format "Format of the source"
[[ $(completed parallax render --import b) == buffer ]] || complain "--import b is not completed"
exit "$failed"
