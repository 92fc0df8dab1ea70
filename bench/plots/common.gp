# SPDX-License-Identifier: MIT
# Common to all charts: the output, one colour for each subject, the caption.
load folder.'/run.gp' # caption, and which subjects and sizes there are
data = folder.'/results.dat'
set encoding utf8
if (terminal eq 'svg') {
    set terminal svg noenhanced size 1200,800 font 'DejaVu Sans,13' background 'white'
} else {
    set terminal pngcairo noenhanced size 1200,800 font 'DejaVu Sans,11'
}
set output folder.'/'.name.'.'.terminal

# Colours that colour-blind people can distinguish, too (Okabe and Ito).
colour(subject) = strstrt(subject, 'exporter-pool') ? 0x56b4e9 : \
                  strstrt(subject, 'exporter') ? 0x0072b2 : \
                  strstrt(subject, 'system') ? 0xd55e00 : \
                  strstrt(subject, 'udmabuf-huge') ? 0xcc79a7 : \
                  strstrt(subject, 'udmabuf') ? 0xe69f00 : \
                  strstrt(subject, 'staging') ? 0x000000 : \
                  strstrt(subject, 'host-pointer') ? 0x009e73 : \
                  strstrt(subject, 'vulkan') ? 0xf0e442 : 0x999999

set grid linecolor rgb '#dddddd'
set border linecolor rgb '#555555'
set key left top reverse Left samplen 2 spacing 0.9
set label 1 caption at screen 0.5,0.012 center font ',9' textcolor rgb '#444444'
set bmargin 4

# Sizes in bytes on a logarithmic axis, times in milliseconds on another.
set style data yerrorlines
sizes_axis = "set logscale x 2; set xtics ('4 KiB' 4096, '64 KiB' 65536, '1 MiB' 1048576, '8 MiB' 8388608, '64 MiB' 67108864, '512 MiB' 536870912); set xrange [2048:1073741824]; set xlabel 'size of the buffer'"
times_axis = "set logscale y; set format y '%g'; set ylabel 'milliseconds'"
