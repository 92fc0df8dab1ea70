/* SPDX-License-Identifier: MIT */
/* The style of a report's page, part of the program. */
    .section .rodata
    .global parallax_page_css_start
    .global parallax_page_css_end
parallax_page_css_start:
    .incbin "page.css"
parallax_page_css_end:
    .section .note.GNU-stack, "", %progbits
