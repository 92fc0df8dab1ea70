# SPDX-License-Identifier: MIT
# The costs of sharing, by the size of the buffer: SYNC, and Vulkan's import.
load plots.'/common.gp'
if (words(attachers) == 0) exit
eval sizes_axis
eval times_axis
set multiplot layout 2,2 title 'Sharing a dma-buf: median time, bars from the first to the third quartile' \
    margins 0.07,0.98,0.11,0.92 spacing 0.08,0.12

do for [work in "sync-0 sync-4"] {
    set title 'SYNC start and end, '.work[6:6].' devices attached'
    plot for [e in attachers] data index work.' all '.e using 1:2:3:4 \
        title e linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb colour(e)
    unset label 1
}
set title 'Vulkan import and first GPU read'
if (words(importers) > 0) {
    plot for [e in importers] data index 'import import '.e using 1:2:3:4 \
        title e linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb colour(e)
}
unset multiplot
