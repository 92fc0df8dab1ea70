/* SPDX-License-Identifier: MIT */
/* Files of assets/, part of the program, so that it runs from anywhere. */
    .section .rodata
    .global parallax_png_start
    .global parallax_png_end
parallax_png_start:
    .incbin "parallax.png"
parallax_png_end:
    .section .note.GNU-stack, "", %progbits
