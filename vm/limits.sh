# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The limits of the user's session, which differ from root's: the mode of new files and the number
# of open files.

umask 022 # other users of the machine read the root and run the programs

# A file server holds one descriptor for each file that its guest has cached. Of 1024 the guest gets 414,
# which two Vulkan programs exceed; its open() fails with ENFILE then.
readonly open_files_needed=16384
readonly open_files_most=1048576 # some programs close every descriptor below the limit one by one

# limits_raise: raises the soft limit of open files to the hard one; ends lab with the line that
# raises the hard one if that is too low.
limits_raise() {
	local hard
	hard=$(ulimit -Hn)
	[[ $hard != unlimited && $hard -le $open_files_most ]] || hard=$open_files_most
	if [[ $hard -lt $open_files_needed ]]; then
		ulimit -n "$open_files_needed" 2>/dev/null || # as root
			die "the machine's file servers need $open_files_needed open files, and the hard limit here is $hard" \
				"Raise it for this shell, and run lab again:" \
				"sudo prlimit --pid \$\$ --nofile=$open_files_needed:$open_files_needed"
		return
	fi
	[[ $(ulimit -Sn) != unlimited && $(ulimit -Sn) -ge $hard ]] || ulimit -Sn "$hard"
}
