#compdef initprobe
# zsh completion for initprobe
_initprobe() {
    local command=
    ((CURRENT > 2)) && command=$words[2]
    case $command in
        predict)
            _arguments \
                '1:argument:(predict)' \
                '2:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '3:argument:(pytorch unit neutral edge)' \
                '--depth=[Number of layers.]:n:' \
                '--width=[Units in each layer, and size of the input.]:n:' \
                '--widths=[Instead of --width and --depth\: the size of the input, then the units of each layer, such as 784,500,10.]:list:' \
                '--init=[How weights are drawn; '\''initprobe list'\'' shows the schemes.]:scheme:(xavier_normal xavier_uniform kaiming_normal kaiming_uniform lecun_normal lecun_uniform orthogonal trunc_normal sparse normal uniform torch_linear variance_scaling)' \
                '--skip=[Residual stack\: h becomes h + s φ(W h).]:s:' \
                '*--set=[A number of your own in a formula or layer, such as a=0.2.]:name=x:' \
                '--input-std=[The input is <x> times a standard normal batch.]:x:' \
                '--input-similarity=[Cosine between the rows of the input\: √c·common + √(1−c)·own; 0 or more, below 1.]:c:' \
                '--loss=[What is differentiated\: the sum of a layer'\''s output, or a random readout of it.]:loss:(sum random)' \
                '--backward=[each\: a loss at each reported layer, its gradient at the input; last\: one at the last layer, its gradient at each reported layer and by that layer'\''s weights.]:where:(each last)' \
                '--batch=[Rows of the random input.]:n:' \
                '--seed=[Seed, as torch.manual_seed takes it.]:s:' \
                '--every=[Report after layers 1, 1+k, 1+2k, ...]:k:' \
                '--layers=[Report after exactly these layers, such as 1,2,5-10,100.]:list:' \
                '--no-grad[Forward only\: no gradients.]' \
                '--spectrum[The singular values of the derivative of each reported layer by the input, for the first row of the batch\: a line of text, columns, and in JSON Lines all of them.]' \
                '--stats[In text, also the mean, the largest |h|, the saturated fraction and the similarity of rows; CSV and JSON Lines of a measurement always have them.]' \
                '--chart[Below the text, a small chart of out and |grad| over the layers.]' \
                '--expect-out=[Exit with status 1 unless every reported out, and that of the last layer, is finite and within this range; either side may be empty.]:lohi:' \
                '--expect-grad=[The same for every reported grad, and that of the last layer.]:lohi:' \
                '--format=[text, table (aligned, with the layers), csv, or jsonl (JSON Lines).]:format:(text table csv jsonl)' \
                '--no-header[CSV rows alone, for appending in a loop.]' \
                '--output=[Write to this file, complete or not at all.]:file:_files' \
                '--quiet[No progress and no notes on standard error.]' \
                '--help[Show help.]' \
                '--version[Show the version; with --verbose also the kernels and the threads.]' ;;
        gain)
            _arguments \
                '1:argument:(gain)' \
                '2:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '3:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '4:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '5:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '6:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '7:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '8:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '9:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '--depth=[Number of layers.]:n:' \
                '--width=[Units in each layer, and size of the input.]:n:' \
                '--widths=[Instead of --width and --depth\: the size of the input, then the units of each layer, such as 784,500,10.]:list:' \
                '--init=[How weights are drawn; '\''initprobe list'\'' shows the schemes.]:scheme:(xavier_normal xavier_uniform kaiming_normal kaiming_uniform lecun_normal lecun_uniform orthogonal trunc_normal sparse normal uniform torch_linear variance_scaling)' \
                '--skip=[Residual stack\: h becomes h + s φ(W h).]:s:' \
                '*--set=[A number of your own in a formula or layer, such as a=0.2.]:name=x:' \
                '--input-std=[The input is <x> times a standard normal batch.]:x:' \
                '--loss=[What is differentiated\: the sum of a layer'\''s output, or a random readout of it.]:loss:(sum random)' \
                '--backward=[each\: a loss at each reported layer, its gradient at the input; last\: one at the last layer, its gradient at each reported layer and by that layer'\''s weights.]:where:(each last)' \
                '--format=[text, table (aligned, with the layers), csv, or jsonl (JSON Lines).]:format:(text table csv jsonl)' \
                '--no-header[CSV rows alone, for appending in a loop.]' \
                '--output=[Write to this file, complete or not at all.]:file:_files' \
                '--help[Show help.]' \
                '--version[Show the version; with --verbose also the kernels and the threads.]' ;;
        sweep)
            _arguments \
                '1:argument:(sweep)' \
                '2:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '3:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '4:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '5:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '6:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '7:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '8:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '9:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '--gain=[Gains, as initprobe takes them\: single ones between commas, and ranges from\:to\:step such as 0.5\:2\:0.1.]:list:' \
                '--depth=[Numbers of layers.]:list:' \
                '--width=[Units in each layer.]:list:' \
                '--init=[How weights are drawn; '\''initprobe list'\'' shows the schemes.]:list:(xavier_normal xavier_uniform kaiming_normal kaiming_uniform lecun_normal lecun_uniform orthogonal trunc_normal sparse normal uniform torch_linear variance_scaling)' \
                '--skip=[Residual stacks\: h becomes h + s φ(W h); none for a plain one.]:list:' \
                '*--set=[A number of your own in a formula or layer, such as a=0\:1\:0.1.]:name=list:' \
                '--input-std=[The input is this many times a standard normal batch.]:list:' \
                '--input-similarity=[Cosine between the rows of the input\: √c·common + √(1−c)·own; 0 or more, below 1.]:list:' \
                '--batch=[Rows of the random input.]:list:' \
                '--seed=[Seed, as torch.manual_seed takes it.]:s:' \
                '--trials=[Run each combination with this many seeds, counted up from --seed.]:n:' \
                '--every=[Report after layers 1, 1+k, 1+2k, ...]:k:' \
                '--layers=[Report after exactly these layers, such as 1,2,5-10,100.]:list:' \
                '--no-grad[Forward only\: no gradients.]' \
                '--loss=[What is differentiated\: the sum of a layer'\''s output, or a random readout of it.]:loss:(sum random)' \
                '--spectrum[The singular values of the derivative of each reported layer by the input, for the first row of the batch\: a line of text, columns, and in JSON Lines all of them.]' \
                '--theory[Beside each measured figure, what infinite-width theory predicts.]' \
                '--threads=[Worker threads; they never change the output.]:n:' \
                '--output=[The .csv or .jsonl file that gets the rows of each point as soon as it is done; the same command again continues it.]:file:_files' \
                '--shard=[Only every n-th point from the i-th, to a file of their own; auto/n takes i from the variable of a scheduler, such as SLURM_ARRAY_TASK_ID.]:i/n:' \
                '--sync=[A finished point is on disk within so many seconds; 0\: before the next one starts.]:seconds:' \
                '--keep-going[Leave out points whose gain is a name that stands for none there, and exit with status 1 after all others; with 0 where nothing is left to do.]' \
                '--dry-run[List the points, estimate time and memory, and run none.]' \
                '--quiet[No progress and no notes on standard error.]' \
                '--help[Show help.]' \
                '--version[Show the version; with --verbose also the kernels and the threads.]' ;;
        merge)
            _arguments \
                '1:argument:(merge)' \
                '2:argument:()' \
                '3:argument:()' \
                '4:argument:()' \
                '5:argument:()' \
                '6:argument:()' \
                '7:argument:()' \
                '8:argument:()' \
                '9:argument:()' \
                '*:file:_files' \
                '--output=[The file of the whole sweep; written complete or not at all.]:file:_files' \
                '--help[Show help.]' \
                '--version[Show the version; with --verbose also the kernels and the threads.]' ;;
        pytorch)
            _arguments \
                '1:argument:(pytorch)' \
                '2:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren)' \
                '3:argument:(pytorch unit neutral edge)' \
                '--depth=[Number of layers.]:n:' \
                '--width=[Units in each layer, and size of the input.]:n:' \
                '--widths=[Instead of --width and --depth\: the size of the input, then the units of each layer, such as 784,500,10.]:list:' \
                '--init=[How weights are drawn; '\''initprobe list'\'' shows the schemes.]:scheme:(xavier_normal xavier_uniform kaiming_normal kaiming_uniform lecun_normal lecun_uniform orthogonal trunc_normal sparse normal uniform torch_linear variance_scaling)' \
                '--skip=[Residual stack\: h becomes h + s φ(W h).]:s:' \
                '*--set=[A number of your own in a formula or layer, such as a=0.2.]:name=x:' \
                '--input-std=[The input is <x> times a standard normal batch.]:x:' \
                '--input-similarity=[Cosine between the rows of the input\: √c·common + √(1−c)·own; 0 or more, below 1.]:c:' \
                '--loss=[What is differentiated\: the sum of a layer'\''s output, or a random readout of it.]:loss:(sum random)' \
                '--backward=[each\: a loss at each reported layer, its gradient at the input; last\: one at the last layer, its gradient at each reported layer and by that layer'\''s weights.]:where:(each last)' \
                '--batch=[Rows of the random input.]:n:' \
                '--seed=[Seed, as torch.manual_seed takes it.]:s:' \
                '--every=[Report after layers 1, 1+k, 1+2k, ...]:k:' \
                '--layers=[Report after exactly these layers, such as 1,2,5-10,100.]:list:' \
                '--no-grad[Forward only\: no gradients.]' \
                '--output=[Write to this file, complete or not at all.]:file:_files' \
                '--help[Show help.]' \
                '--version[Show the version; with --verbose also the kernels and the threads.]' ;;
        list)
            _arguments \
                '1:argument:(list)' \
                '--help[Show help.]' \
                '--version[Show the version; with --verbose also the kernels and the threads.]' ;;
        help)
            _arguments \
                '1:argument:(help)' \
                '2:argument:(predict gain sweep merge pytorch list help)' \
                '--help[Show help.]' \
                '--version[Show the version; with --verbose also the kernels and the threads.]' ;;
        *)
            _arguments \
                '1:argument:(identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren predict gain sweep merge pytorch list help)' \
                '2:argument:(pytorch unit neutral edge)' \
                '--depth=[Number of layers.]:n:' \
                '--width=[Units in each layer, and size of the input.]:n:' \
                '--widths=[Instead of --width and --depth\: the size of the input, then the units of each layer, such as 784,500,10.]:list:' \
                '--init=[How weights are drawn; '\''initprobe list'\'' shows the schemes.]:scheme:(xavier_normal xavier_uniform kaiming_normal kaiming_uniform lecun_normal lecun_uniform orthogonal trunc_normal sparse normal uniform torch_linear variance_scaling)' \
                '--skip=[Residual stack\: h becomes h + s φ(W h).]:s:' \
                '*--set=[A number of your own in a formula or layer, such as a=0.2.]:name=x:' \
                '--input-std=[The input is <x> times a standard normal batch.]:x:' \
                '--input-similarity=[Cosine between the rows of the input\: √c·common + √(1−c)·own; 0 or more, below 1.]:c:' \
                '--loss=[What is differentiated\: the sum of a layer'\''s output, or a random readout of it.]:loss:(sum random)' \
                '--backward=[each\: a loss at each reported layer, its gradient at the input; last\: one at the last layer, its gradient at each reported layer and by that layer'\''s weights.]:where:(each last)' \
                '--batch=[Rows of the random input.]:n:' \
                '--seed=[Seed, as torch.manual_seed takes it.]:s:' \
                '--every=[Report after layers 1, 1+k, 1+2k, ...]:k:' \
                '--layers=[Report after exactly these layers, such as 1,2,5-10,100.]:list:' \
                '--no-grad[Forward only\: no gradients.]' \
                '--spectrum[The singular values of the derivative of each reported layer by the input, for the first row of the batch\: a line of text, columns, and in JSON Lines all of them.]' \
                '--stats[In text, also the mean, the largest |h|, the saturated fraction and the similarity of rows; CSV and JSON Lines of a measurement always have them.]' \
                '--chart[Below the text, a small chart of out and |grad| over the layers.]' \
                '--theory[Beside each measured figure, what infinite-width theory predicts.]' \
                '--histogram[How the activations of each reported layer are distributed\: a line of text, or bin edges and counts in JSON Lines.]' \
                '--expect-out=[Exit with status 1 unless every reported out, and that of the last layer, is finite and within this range; either side may be empty.]:lohi:' \
                '--expect-grad=[The same for every reported grad, and that of the last layer.]:lohi:' \
                '--trials=[Run with this many seeds, counted up from --seed; text shows mean ± standard deviation.]:n:' \
                '--threads=[Worker threads; they never change the output.]:n:' \
                '--format=[text, table (aligned, with the layers), csv, or jsonl (JSON Lines).]:format:(text table csv jsonl)' \
                '--no-header[CSV rows alone, for appending in a loop.]' \
                '--output=[Write to this file, complete or not at all.]:file:_files' \
                '--quiet[No progress and no notes on standard error.]' \
                '--help[Show help.]' \
                '--version[Show the version; with --verbose also the kernels and the threads.]' \
                '--generate-completion-script=[Print a completion script for bash, zsh or fish.]:shell:(bash zsh fish)' \
                '--generate-manual[Print the manual page, for man.]' ;;
    esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _initprobe "$@"
else
    compdef _initprobe initprobe
fi
