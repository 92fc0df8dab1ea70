# SPDX-License-Identifier: MIT
# The steps of a buffer, by its size: one curve for each exporter.
load plots.'/common.gp'
if (words(exporters) == 0) exit
eval sizes_axis
eval times_axis
set multiplot layout 2,2 title 'dma-buf exporters: median time, bars from the first to the third quartile' \
    margins 0.07,0.98,0.11,0.92 spacing 0.08,0.12

do for [chart in (words(drivers) > 0 ? "allocate map free attach" : "allocate map free")] {
    work = chart eq 'attach' ? 'device' : 'buffer'
    set title chart eq 'allocate' ? 'allocate' : \
              chart eq 'map' ? 'mmap and first touch of every page' : \
              chart eq 'free' ? 'munmap and close' : 'a kernel driver (vgem) attaches and maps'
    plot for [e in exporters] data index work.' '.chart.' '.e using 1:2:3:4 \
        title e linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb colour(e)
    unset label 1
}
unset multiplot
