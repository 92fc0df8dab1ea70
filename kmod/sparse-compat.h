/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Read by sparse before every file, and by no compiler: builtins that kernel
 * headers of 7.x use and sparse 0.6.4 does not know.
 */
#define __typeof_unqual__	__typeof__
#define __builtin_strlen(s)	(sizeof(s) - 1)
