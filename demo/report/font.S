/* SPDX-License-Identifier: MIT */
/* The font that text in pictures is drawn with, part of the library. */
    .section .rodata
    .global parallax_font_start
parallax_font_start:
    .incbin "DejaVuSans.ttf"
    .section .note.GNU-stack, "", %progbits
