# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: help                       this text

main() {
	echo "usage: lab COMMAND"
	sed -n 's/^# help: /  lab /p' "$project"/vm/commands/*.sh
}
