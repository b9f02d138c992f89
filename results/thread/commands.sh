# Makes the rows of thread.md and why-five-thirds.md, in results/thread. A part alone, then its check:
#
#   scripts/check-thread --measure 4

# 1. tanh at 5/3, ten layers
initprobe sweep tanh --gain 5/3 --layers 10,20,50,100 --no-grad --trials 20 --theory --output results/thread/tanh-five-thirds.csv

# 2. tanh at 5/3, 20 and 100 layers
initprobe sweep tanh --gain 5/3 --width 30,100,300 --layers 10,20,100 --no-grad --trials 20 --theory --output results/thread/tanh-widths.csv

# 3. tanh at 5/3, another input scale
initprobe sweep tanh --gain 5/3 --input-std 0.1,0.5,1,2,10 --depth 20 --layers 1-10,20 --no-grad --trials 8 --theory --output results/thread/tanh-input-std.csv

# 4. relu with its gain
initprobe sweep relu --gain pytorch --layers 10,20,30,40,50,60,70,80,90,100 --no-grad --trials 20 --theory --output results/thread/relu-pytorch.csv
initprobe sweep relu --gain pytorch --width 100,200,400 --batch 100 --layers 20,50,100 --no-grad --seed 40 --trials 40 --theory --output results/thread/relu-widths.csv

# 5. tanh at gain 1
initprobe sweep tanh --gain 1 --width 500 --batch 500 --layers 1,10,20,32,50,100 --trials 20 --theory --output results/thread/tanh-1.csv

# 6. sigmoid: stable at any gain, vanishing gradients
initprobe sweep sigmoid --gain 0.5,1,2,3.6,4,6,8,10.15,12,16 --width 500 --batch 500 --layers 1,2,10,32,100 --trials 5 --theory --output results/thread/sigmoid-gains.csv

# 7. tanh: stable above 1, exploding at 5/3
initprobe sweep tanh --gain 1,1.05,1.1,1.2,1.5,5/3,2,3 --width 500 --batch 500 --layers 1,10,32,100 --trials 5 --theory --output results/thread/tanh-gains.csv
initprobe sweep tanh --gain 5/3 --layers 1-12,21,31,61,91 --trials 5 --theory --output results/thread/tanh-layers.csv

# 8. tanh at 1.1
initprobe sweep tanh --gain 1.1 --layers 1,11,21,31,61,91 --trials 8 --theory --output results/thread/tanh-11.csv

# 9. softsign from 1 to 2.5
initprobe sweep softsign --gain 1,1.1,1.25,1.5,2,2.5 --width 500 --batch 500 --layers 1,2,11,31,91 --trials 5 --theory --output results/thread/softsign-gains.csv

# 10. relu at about sqrt 2
initprobe sweep relu --gain 1.3,1.4,sqrt2,1.43,1.5 --width 500 --batch 500 --layers 1,10,100 --trials 5 --theory --output results/thread/relu-gains.csv

# 11. selu works only with gain 1
initprobe sweep selu --gain 1 --layers 1,10,20,32,100 --trials 5 --theory --output results/thread/selu-1.csv
initprobe sweep selu --gain 0.75,0.9,1.1,1.25 --width 500 --batch 500 --layers 1,10,20,32,100 --trials 5 --theory --output results/thread/selu-gains.csv

# 12. selu at 0.75: the ten lines
initprobe sweep selu --gain 0.75 --trials 20 --theory --output results/thread/selu-075.csv

# 13. selu at 0.75 and the layer size
initprobe sweep selu --gain 0.75 --batch 100 --layers 1,31,91 --theory --width 30,100,300,1000 --trials 20 --output results/thread/selu-widths.csv
initprobe sweep selu --gain 0.75 --batch 100 --layers 1,31,91 --theory --width 3000 --trials 6 --output results/thread/selu-widths-wide.csv

# 15. do selus explode, or is the experiment flawed
initprobe sweep selu --gain 1 --layers 10,100 --width 100,300 --batch 30,300 --init xavier_normal,orthogonal --trials 10 --theory --output results/thread/selu-1-variants.csv

# 16. explode or collapse
activations="identity relu relu6 hardtanh leaky_relu elu selu rrelu gelu sigmoid tanh hardshrink softshrink softsign softplus
  hardsigmoid hardswish silu mish sin cos erf abs atan"
initprobe sweep $activations --gain unit --width 300 --batch 300 --depth 50 --layers 1,50 --trials 3 --theory --output results/thread/collapse-unit.csv
initprobe sweep $activations --gain neutral --width 300 --batch 300 --depth 50 --layers 1,50 --trials 3 --theory --output results/thread/collapse-neutral.csv
initprobe sweep $activations --gain unit --width 300 --batch 300 --depth 50 --layers 1,50 --trials 3 --theory --init orthogonal --output results/thread/collapse-orthogonal.csv
rows_alone=
for f in $activations; do
  gain=$(initprobe predict $f unit --depth 50 --format jsonl | sed -n '$s/.*"gain": \([^,]*\),.*/\1/p')
  initprobe $f $gain --skip 0.5 --width 300 --batch 300 --depth 50 --layers 1,50 --trials 3 --theory --format csv --quiet $rows_alone
  rows_alone=--no-header
done > results/thread/collapse-skip.csv
rows_alone=
for pair in identity:unit elu:unit selu:unit hardtanh:neutral elu:neutral selu:neutral tanh:neutral softsign:neutral \
  gelu:neutral silu:neutral mish:neutral hardswish:neutral sin:neutral erf:neutral atan:neutral hardshrink:unit hardshrink:neutral
do
  gain=$(initprobe predict ${pair%:*} ${pair#*:} --depth 50 --format jsonl | sed -n '$s/.*"gain": \([^,]*\),.*/\1/p')
  initprobe ${pair%:*} $gain --width 300 --batch 300 --depth 400 --layers 1,400 --trials 3 --theory --format csv --quiet $rows_alone
  rows_alone=--no-header
done > results/thread/collapse-deep.csv

# 17. there is a fixed point
initprobe sweep relu gelu --gain unit --input-std 0.1,1,10 --width 500 --batch 500 --layers 1,10,100 --no-grad --trials 5 --theory --output results/thread/fixed-point-none.csv

# 18. Histograms of the activations
initprobe sweep tanh --gain 0.5,1.1,5/3,20 --width 200 --batch 200 --layers 1,11,91 --trials 10 --theory --output results/thread/tanh-histograms.csv

# 19. He et al. 2015: n·Var[w] = 2, uniform bounds, 4 for sigmoid
initprobe sweep relu --gain 1 --init variance_scaling:scale=2,distribution=untruncated_normal,variance_scaling:scale=2,mode=fan_out,distribution=untruncated_normal,variance_scaling:scale=2,mode=fan_avg,distribution=untruncated_normal,variance_scaling:scale=2,variance_scaling:scale=2,mode=fan_out,variance_scaling:scale=2,mode=fan_avg,variance_scaling:scale=2,distribution=uniform,variance_scaling:scale=2,mode=fan_out,distribution=uniform,variance_scaling:scale=2,mode=fan_avg,distribution=uniform --width 300 --batch 300 --layers 1,25,100 --trials 10 --theory --output results/thread/variance-scaling.csv
initprobe sweep identity --gain 1 --init uniform:bound=0.0447214,uniform:bound=0.0774597 --depth 1 --no-grad --trials 5 --theory --output results/thread/uniform-variance.csv
initprobe sweep relu --gain 1 --init uniform:bound=0.0447214,uniform:bound=0.0774597 --no-grad --layers 1,11,31,61,91 --trials 5 --theory --output results/thread/uniform-bounds.csv
initprobe sweep sigmoid tanh --gain 1,4 --init xavier_uniform --width 500 --batch 500 --layers 1,10,32,100 --trials 3 --theory --output results/thread/glorot-advice.csv

# 20. Why 5/3? (why-five-thirds.md)
initprobe sweep tanh --gain pytorch,unit,neutral,1 --layers 1,10,32,100 --trials 5 --theory --output results/thread/tanh-named.csv
activations=$(initprobe list | awk '/^ACTIVATIONS/ { on = 1; next } /^$/ { exit } on && !/\[threshold/ { print $1 }')
for depth in 10 32 100; do
  initprobe gain $activations --depth $depth --format csv
done | awk 'NR == 1 || !/^activation,/' > results/thread/gains.csv
for depth in 10 32 100; do
  rows_alone=
  for f in $activations; do
    for gain in $(initprobe gain $f --depth $depth --format csv | awk -F, 'NR > 1 && $3 != "" && !seen[$3]++ { print $3 }'); do
      initprobe $f $gain --loss random --width 500 --batch 100 --depth $depth --layers 1,$depth --trials 3 --theory --format csv --quiet $rows_alone
      rows_alone=--no-header
    done
  done > results/thread/gains-$depth.csv
done

# 21. The phase diagram (phase-diagram.md)
initprobe sweep 'tanh(W(h, bias=b))' --gain 0.7:2.5:0.05 --set b=0:1:0.1 --input-similarity 0.99 --width 300 --batch 20 --depth 50 --layers 1,50 --theory --output results/phase/tanh.csv
initprobe sweep 'tanh(W(h, bias=b))' --gain 1.1120,5/3 --set b=0,0.3 --input-similarity 0.99 --batch 20 --layers 1,10,20,32,50,100 --trials 5 --theory --output results/phase/near.csv
for b in 0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1; do
  initprobe gain 'tanh(W(h, bias=b))' --set b=$b --depth 50 --format csv
done | awk 'NR == 1 || /,edge,/' > results/phase/edge.csv
