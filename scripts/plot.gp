# One figure from the data that scripts/plot has prepared:
#   gnuplot -c plot.gp layers|map svg|png|dumb <file> <data directory> <activation> <about> <seeds> <gains>
kind = ARG1; format = ARG2; data = ARG4; activation = ARG5; about = ARG6; seeds = int(ARG7); gains = ARG8
count = words(gains)
gain(i) = word(gains, i) + 0
text = format eq "dumb"
measured = data."/measured.tsv"
theory = data."/theory.tsv"

set encoding utf8
set datafile separator "\t"
height = kind eq "layers" ? 820 : 640
if (text) { set terminal dumb 79 23 noenhanced }
if (format eq "svg") {
  set terminal svg size 960, height enhanced background "white" font "Helvetica,Arial,DejaVu Sans,sans-serif,14"
}
if (format eq "png") { set terminal pngcairo size 960, height enhanced background "white" font "DejaVu Sans,10.5" }
if (!text) {
  set output ARG3
  set grid linecolor "#e0e0e0" linewidth 0.7 linetype 1
  set border 3 linecolor "#606060"
}
set tics nomirror out scale 0.6
# Fonts and points of SVG are measured in pixels, those of PNG in points.
heading = format eq "svg" ? ",20" : ",15"
dot = format eq "svg" ? 0.38 : 0.55

min(a, b) = a < b ? a : b
max(a, b) = a > b ? a : b
power(e) = text ? sprintf("1e%d", e) : e == 0 ? "1" : e == 1 ? "10" : sprintf("10^{%d}", e)
# The least of 1, 2, 5, 10, 20, ... that divides the span into at most six.
decade(x) = 10**int(floor(log10(x)))
step(span) = span <= 6 ? 1 : \
  span <= 12 * decade(span / 6.0) ? 2 * decade(span / 6.0) : \
  span <= 30 * decade(span / 6.0) ? 5 * decade(span / 6.0) : 10 * decade(span / 6.0)
seeds_note = seeds > 1 ? sprintf("mean of %d seeds, bars ± 1 standard deviation", seeds) : "one seed"

# Infinity (9999) and zero (-9999) have no place on a logarithmic axis.
known(c) = valid(c) && abs(column(c)) < 9000
at(c) = known(c) ? column(c) : NaN
clamp(c) = valid(c) ? column(c) : 0
bar(c) = seeds > 1 ? column(c + 1) : NaN

if (kind eq "layers") {
  # More lines than this cannot be told apart; then every stride-th gain.
  most = text ? 8 : 12
  stride = count > most ? ceil((count - 1.0) / (most - 1)) : 1
  last = 1 + stride * ((count - 1) / stride)
  # viridis without its palest end, so that the largest gain shows on white.
  set palette defined (0 "#440154", 0.2 "#414487", 0.4 "#2a788e", 0.6 "#22a884", 0.8 "#7ad151", 1 "#d8c820")
  set cbrange [gain(1):count > 1 ? gain(count) : gain(1) + 1]
  unset colorbox
  stats measured using (known(13) ? 1 : 0) name "gradients" nooutput
  stats theory using 9 name "layers" nooutput
  depth = layers_max
  panels = gradients_sum > 0 ? 2 : 1
  if (!text) {
    set multiplot
    set lmargin at screen 0.095; set rmargin at screen 0.875
    set label 1 sprintf("%s: output%s at each layer, by gain", activation, panels == 2 ? " and gradient" : "") \
      at screen 0.02, 0.972 font heading noenhanced
    set label 2 about at screen 0.02, 0.942 textcolor "#505050" noenhanced
    set label 3 sprintf("points: measured, %s; thin lines: infinite-width theory", seeds_note) \
      at screen 0.02, 0.917 textcolor "#505050" noenhanced
  }
  do for [panel = 1:panels] {
    c = panel == 1 ? 11 : 13
    set xrange [*:*]; set yrange [*:*]
    stats measured using (at(c)) name "all" nooutput
    stats theory using (at(c)) name "theory" nooutput
    lo = min(all_min, theory_min); hi = max(all_max, theory_max)
    # A vanishing gain's thirty decades would press all others together: a line may leave the panel, unless
    # all do.
    stats theory using ($9 <= 1 ? at(c) : NaN) name "start" nooutput
    stats theory using ($9 == depth ? clamp(c) : NaN) name "end" nooutput
    floor_at = start_mean - (panel == 1 ? 3 : 8); ceiling_at = start_mean + 8
    if (end_max > floor_at) { lo = max(lo, floor_at) }
    if (end_min < ceiling_at) { hi = min(hi, ceiling_at) }
    span = hi - lo
    # Few decades get 1, 2, 5, 10 as ticks, many get whole powers.
    set ytics ()
    if (span < 2.5) {
      do for [e = floor(lo):ceil(hi)] { do for [m in "1 2 5"] {
        set ytics add (sprintf("%g", m * 10.0**e) log10(m + 0) + e)
      } }
    } else {
      s = step(span)
      do for [i = floor(lo / s):ceil(hi / s)] { set ytics add (power(i * s) i * s) }
    }
    set xrange [0:*]
    set yrange [lo - 0.04 * span - 0.02:hi + 0.04 * span + 0.02]
    set ylabel panel == 1 ? "standard deviation of out" : "mean |grad| at the input"
    set format x panel == panels || text ? "%g" : ""
    set xlabel panel == panels || text ? "layer" : "" offset 0, text ? 0 : 0.5
    if (text) {
      set title sprintf("%s: %s by gain, .. theory\n%s", activation, panel == 1 ? "out" : "|grad|", about)
      set ylabel ""
      set key outside right top title "gain"
      plot for [i = last:1:-stride] theory index i - 1 using 9:(at(c)) with dots notitle, \
        for [i = last:1:-stride] measured index i - 1 using 9:(at(c)) with points pointtype (i - 1) / stride + 1 \
          title sprintf("%.4g", gain(i))
    } else {
      set tmargin at screen panel == 1 ? 0.885 : 0.47
      set bmargin at screen panel < panels ? 0.505 : 0.085
      if (panel == 1) { set key at screen 0.985, 0.885 top right Right reverse samplen 1 spacing 1.15 title "gain" }
      plot for [i = last:1:-stride] theory index i - 1 using 9:(at(c)) with lines \
          linecolor palette cb gain(i) linewidth 0.8 notitle, \
        for [i = last:1:-stride] measured index i - 1 using 9:(at(c) - bar(c)):(0):(2 * bar(c)) with vectors nohead \
          linecolor palette cb gain(i) linewidth 1 notitle, \
        for [i = last:1:-stride] measured index i - 1 using 9:(at(c)) with points \
          linecolor palette cb gain(i) linewidth 1 pointtype 7 pointsize dot notitle, \
        for [i = last:1:-stride] keyentry with points \
          linecolor palette cb gain(i) linewidth 1 pointtype 7 pointsize 1.6 * dot title sprintf("%.4g", gain(i))
      unset key; unset label
    }
  }
  if (!text) { unset multiplot }
}

if (kind eq "map") {
  # A cell reaches under its successors, which hides the seams that renderers leave between neighbours.
  under(from, to, end) = min(to + 0.3 * (to - from), end)
  cells = data."/cells.tsv"
  neutral = data."/neutral.tsv"
  pytorch = system("cat '".data."/pytorch.tsv'")
  stats cells using 3:5 name "start" nooutput
  stats cells using 4:6 name "end" nooutput
  stats cells using (at(7)) name "all" nooutput
  set xrange [start_min_x:end_max_x]; set yrange [start_min_y:end_max_y]
  set xlabel "gain"; set ylabel "layer"
  if (text) {
    # A cell becomes a few characters; where they reach into its neighbour's, that is drawn later and wins.
    row(character) = system(sprintf("printf '%%%ds' '' | tr ' ' '%s'", 66 / count + 1, character))
    array rows[5] = [row("="), row("-"), row(" "), row("+"), row("#")]
    mark(x) = rows[1 + (x >= -5) + (x >= -1) + (x > 1) + (x > 5)]
    set title sprintf("%s, %s\n|grad|: = < 1e-5, - < 0.1, + > 10, # > 1e5; o neutral gain", activation, about)
    plot cells using 1:2:(mark($7)) with labels notitle, neutral using 1:2:("o") with labels notitle
  } else {
    # White is 1, and both sides reach as far as the one that goes less far, so that they compare;
    # where nothing reaches 100 on one side, the other alone counts.
    limit = ceil(min(-all_min, all_max)); if (limit < 2) { limit = max(2, ceil(max(-all_min, all_max))) }
    s = step(2 * limit)
    limit = s * int(ceil(1.0 * limit / s))
    set cbrange [-limit:limit]
    set cbtics ()
    do for [i = -limit / s:limit / s] {
      beyond = i * s == -limit && all_min < -limit ? "≤ " : i * s == limit && all_max > limit ? "≥ " : ""
      set cbtics add (beyond.power(i * s) i * s)
    }
    set label 3 "mean |grad|" at graph 1.02, 1.045
    set ylabel offset 1.5, 0; set xlabel offset 0, 0.5
    # Blue to red as in ColorBrewer's RdBu, which the common kinds of colour blindness tell apart.
    set palette defined (-1 "#053061", -0.75 "#2166ac", -0.5 "#4393c3", -0.25 "#92c5de", 0 "#ffffff", \
      0.25 "#f4a582", 0.5 "#d6604d", 0.75 "#b2182b", 1 "#67001f")
    set lmargin at screen 0.075; set rmargin at screen 0.86; set tmargin at screen 0.825; set bmargin at screen 0.115
    set label 1 sprintf("%s: mean |grad| at the input, by gain and layer", activation) \
      at screen 0.02, 0.964 font heading noenhanced
    set label 2 about.", ".(seeds > 1 ? sprintf("mean of %d seeds", seeds) : "one seed") \
      at screen 0.02, 0.922 textcolor "#505050" noenhanced
    unset grid
    set border 15 front
    set object 1 rectangle from graph 0, 0 to graph 1, 1 fillcolor "#bbbbbb" fillstyle solid noborder behind
    set key at graph 1, 1.01 bottom right samplen 3 Left reverse noenhanced
    set style fill solid noborder
    set parametric; set trange [start_min_y:end_max_y]
    plot cells using 1:2:3:(under($3, $4, end_max_x)):5:(under($5, $6, end_max_y)):7 with boxxyerror \
        linecolor palette notitle, \
      neutral using 1:2 with lines linecolor "black" linewidth 2.5 \
        title "neutral gain of a stack of this depth", \
      pytorch eq "" ? NaN : pytorch + 0, t with lines linecolor "black" linewidth 1.5 dashtype 2 \
        title pytorch eq "" ? "" : sprintf("calculate_gain() = %.4g", pytorch + 0)
  }
}
