# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: help
# help:     this text

main() {
	cat <<-'END'
		lab builds Parallax and runs it in a virtual machine.

		usage: lab COMMAND

	END
	sed -n -s 's/^# help: \?/  /p; $s/.*//p' "$project"/vm/commands/*.sh
	cat <<-'END'
		OPTIONS of the machine:
		  --kernel NAME     one of `lab kernels`; the newest by default
		  --append "ARGS"   added to the kernel's command line
		  --no-module       do not load dmabuf_exporter
		  --no-build        run what was built before
		  --memory SIZE     2G by default
		  --cpus N          2 by default
		  --qemu "ARGS"     added to QEMU's command line
		  --log NAME        keep the kernel's log in build/vm/NAME.log
		  --timeout SECONDS end the machine after that time
		  --verbose, -v     show the kernel's log too

		Exit status: that of the command that ran, or
		  2   lab does not understand its arguments
		  69  a step of lab failed, and the command did not run
		  70  the kernel complained, or the machine died: its log tells

		Environment:
		  PARALLAX_CACHE    where what is made once is kept, ~/.cache/parallax
		  PARALLAX_MIRROR   the Debian mirror, if not this host's own
		  PARALLAX_ACCEL    QEMU's accelerator, if not the one that lab finds
	END
}
