# SPDX-License-Identifier: MIT
# The frame path: frames per second by the size of the frame, and the steps of one frame.
load plots.'/common.gp'
if (words(ways) == 0) exit
last = word(sides, words(sides) > 2 ? words(sides) - 1 : words(sides)) # 2048 in a full run
set multiplot title 'From the CPU to the GPU: ways to show a frame that the CPU writes whole'

set title 'frames a second (median)'
set logscale x 2
set logscale y
set xtics ('256²' 256, '512²' 512, '1024²' 1024, '2048²' 2048, '4096²' 4096)
set xlabel 'pixels'
set ylabel 'frames a second'
set key right top noreverse Right
set lmargin at screen 0.08
set rmargin at screen 0.42
set tmargin at screen 0.88
set bmargin at screen 0.17
plot for [w in ways] data index 'frame all '.w using 1:(1000 / $2) with linespoints \
    title w linewidth 2 pointtype 7 pointsize 0.7 linecolor rgb colour(w)

unset label 1
unset logscale
set title 'one frame of '.last.'²: milliseconds of each step (median)'
set lmargin at screen 0.57
set rmargin at screen 0.98
set xtics auto
set xlabel 'milliseconds'
unset ylabel
set ytics ()
do for [i = 1:words(ways)] { set ytics add (word(ways, i) i) }
set yrange [words(ways) + 0.6:0.4]
set xrange [0:*]
set key at screen 0.98,0.06 right bottom horizontal samplen 1
set style fill solid 0.9 border -1
set boxwidth 0.6

# Each bar reaches from 0 to the end of a step; the later steps lie below the earlier ones.
steps = 'write upload draw submit'
array step_colours = [0x0072b2, 0xd55e00, 0x009e73, 0xbbbbbb]
plot for [s = words(steps):1:-1] for [i = 1:words(ways)] data \
    index 'frame until-'.word(steps, s).' '.word(ways, i) \
    using ($1 == last ? 0 : NaN):(i):(0):($1 == last ? $2 : NaN):(i - 0.3):(i + 0.3) with boxxyerror \
    title i == 1 ? word(steps, s) : '' linecolor rgb step_colours[s]
unset multiplot
