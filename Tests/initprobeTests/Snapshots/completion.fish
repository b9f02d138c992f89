# fish completion for initprobe
function __initprobe_words -d 'The positional arguments before the cursor'
    set -l valued --depth --width --widths --batch --seed --init --skip --input-std --every --layers --expect-out --expect-grad --trials --threads --format --output --generate-completion-script --gain --shard
    set -l expecting no
    set -l tokens (commandline -opc)
    for token in $tokens[2..]
        if test $expecting = yes
            set expecting no
        else if contains -- $token $valued
            set expecting yes
        else if not string match -q -- '-*' $token
            echo $token
        end
    end
end
function __initprobe_command -d 'The command on the line is this one'
    set -l words (__initprobe_words)
    if contains -- "$words[1]" predict gain sweep list
        test $words[1] = $argv[1]
    else
        test measure = $argv[1]
    end
end
function __initprobe_position -d 'The cursor is at this position of this command'
    __initprobe_command $argv[1]; and test (count (__initprobe_words)) -eq $argv[2]
end
complete -c initprobe -f
complete -c initprobe -n '__initprobe_position measure 0' -a 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan predict gain sweep list'
complete -c initprobe -n '__initprobe_position measure 1' -a 'pytorch unit neutral'
complete -c initprobe -n '__initprobe_command measure' -l depth -x -d 'Number of layers.'
complete -c initprobe -n '__initprobe_command measure' -l width -x -d 'Units in each layer, and size of the input.'
complete -c initprobe -n '__initprobe_command measure' -l widths -x -d 'Instead of --width and --depth: the size of the input, then the units of each layer, such as 784,500,10.'
complete -c initprobe -n '__initprobe_command measure' -l batch -x -d 'Rows of the random input.'
complete -c initprobe -n '__initprobe_command measure' -l seed -x -d 'Seed, as torch.manual_seed takes it.'
complete -c initprobe -n '__initprobe_command measure' -l init -x -a 'xavier_normal xavier_uniform kaiming_normal kaiming_uniform lecun_normal lecun_uniform orthogonal trunc_normal sparse normal uniform torch_linear variance_scaling' -d 'How weights are drawn; \'initprobe list\' shows the schemes.'
complete -c initprobe -n '__initprobe_command measure' -l skip -x -d 'Residual stack: h becomes h + s φ(W h).'
complete -c initprobe -n '__initprobe_command measure' -l input-std -x -d 'The input is <x> times a standard normal batch.'
complete -c initprobe -n '__initprobe_command measure' -l every -x -d 'Report after layers 1, 1+k, 1+2k, ...'
complete -c initprobe -n '__initprobe_command measure' -l layers -x -d 'Report after exactly these layers, such as 1,2,5-10,100.'
complete -c initprobe -n '__initprobe_command measure' -l no-grad -d 'Forward only: no gradients.'
complete -c initprobe -n '__initprobe_command measure' -l expect-out -x -d 'Exit with status 1 unless every reported out is finite and within this range; either side may be empty.'
complete -c initprobe -n '__initprobe_command measure' -l expect-grad -x -d 'The same for every reported grad.'
complete -c initprobe -n '__initprobe_command measure' -l stats -d 'In text, also the mean, the largest |h|, the saturated fraction and the similarity of rows; CSV and JSON Lines of a measurement always have them.'
complete -c initprobe -n '__initprobe_command measure' -l theory -d 'Beside each measured figure, what infinite-width theory predicts.'
complete -c initprobe -n '__initprobe_command measure' -l histogram -d 'How the activations of each reported layer are distributed: a line of text, or bin edges and counts in JSON Lines.'
complete -c initprobe -n '__initprobe_command measure' -l trials -x -d 'Run with this many seeds, counted up from --seed; text shows mean ± standard deviation.'
complete -c initprobe -n '__initprobe_command measure' -l threads -x -d 'Worker threads; they never change the output.'
complete -c initprobe -n '__initprobe_command measure' -l format -x -a 'text csv jsonl' -d 'text, csv, or jsonl (JSON Lines).'
complete -c initprobe -n '__initprobe_command measure' -l no-header -d 'CSV rows alone, for appending in a loop.'
complete -c initprobe -n '__initprobe_command measure' -l output -r -F -d 'Write to this file, complete or not at all.'
complete -c initprobe -n '__initprobe_command measure' -l quiet -d 'No progress and no notes on standard error.'
complete -c initprobe -n '__initprobe_command measure' -l help -d 'Show help.'
complete -c initprobe -n '__initprobe_command measure' -l version -d 'Show the version.'
complete -c initprobe -n '__initprobe_command measure' -l generate-completion-script -x -a 'bash zsh fish' -d 'Print a completion script for bash, zsh or fish.'
complete -c initprobe -n '__initprobe_position predict 0' -a 'predict'
complete -c initprobe -n '__initprobe_position predict 1' -a 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan'
complete -c initprobe -n '__initprobe_position predict 2' -a 'pytorch unit neutral'
complete -c initprobe -n '__initprobe_command predict' -l depth -x -d 'Number of layers.'
complete -c initprobe -n '__initprobe_command predict' -l width -x -d 'Units in each layer, and size of the input.'
complete -c initprobe -n '__initprobe_command predict' -l widths -x -d 'Instead of --width and --depth: the size of the input, then the units of each layer, such as 784,500,10.'
complete -c initprobe -n '__initprobe_command predict' -l batch -x -d 'Rows of the random input.'
complete -c initprobe -n '__initprobe_command predict' -l seed -x -d 'Seed, as torch.manual_seed takes it.'
complete -c initprobe -n '__initprobe_command predict' -l init -x -a 'xavier_normal xavier_uniform kaiming_normal kaiming_uniform lecun_normal lecun_uniform orthogonal trunc_normal sparse normal uniform torch_linear variance_scaling' -d 'How weights are drawn; \'initprobe list\' shows the schemes.'
complete -c initprobe -n '__initprobe_command predict' -l skip -x -d 'Residual stack: h becomes h + s φ(W h).'
complete -c initprobe -n '__initprobe_command predict' -l input-std -x -d 'The input is <x> times a standard normal batch.'
complete -c initprobe -n '__initprobe_command predict' -l every -x -d 'Report after layers 1, 1+k, 1+2k, ...'
complete -c initprobe -n '__initprobe_command predict' -l layers -x -d 'Report after exactly these layers, such as 1,2,5-10,100.'
complete -c initprobe -n '__initprobe_command predict' -l no-grad -d 'Forward only: no gradients.'
complete -c initprobe -n '__initprobe_command predict' -l expect-out -x -d 'Exit with status 1 unless every reported out is finite and within this range; either side may be empty.'
complete -c initprobe -n '__initprobe_command predict' -l expect-grad -x -d 'The same for every reported grad.'
complete -c initprobe -n '__initprobe_command predict' -l stats -d 'In text, also the mean, the largest |h|, the saturated fraction and the similarity of rows; CSV and JSON Lines of a measurement always have them.'
complete -c initprobe -n '__initprobe_command predict' -l format -x -a 'text csv jsonl' -d 'text, csv, or jsonl (JSON Lines).'
complete -c initprobe -n '__initprobe_command predict' -l no-header -d 'CSV rows alone, for appending in a loop.'
complete -c initprobe -n '__initprobe_command predict' -l output -r -F -d 'Write to this file, complete or not at all.'
complete -c initprobe -n '__initprobe_command predict' -l quiet -d 'No progress and no notes on standard error.'
complete -c initprobe -n '__initprobe_command predict' -l help -d 'Show help.'
complete -c initprobe -n '__initprobe_command predict' -l version -d 'Show the version.'
complete -c initprobe -n '__initprobe_position gain 0' -a 'gain'
complete -c initprobe -n '__initprobe_position gain 1' -a 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan'
complete -c initprobe -n '__initprobe_command gain' -l depth -x -d 'Number of layers.'
complete -c initprobe -n '__initprobe_command gain' -l width -x -d 'Units in each layer, and size of the input.'
complete -c initprobe -n '__initprobe_command gain' -l widths -x -d 'Instead of --width and --depth: the size of the input, then the units of each layer, such as 784,500,10.'
complete -c initprobe -n '__initprobe_command gain' -l init -x -a 'xavier_normal xavier_uniform kaiming_normal kaiming_uniform lecun_normal lecun_uniform orthogonal trunc_normal sparse normal uniform torch_linear variance_scaling' -d 'How weights are drawn; \'initprobe list\' shows the schemes.'
complete -c initprobe -n '__initprobe_command gain' -l skip -x -d 'Residual stack: h becomes h + s φ(W h).'
complete -c initprobe -n '__initprobe_command gain' -l input-std -x -d 'The input is <x> times a standard normal batch.'
complete -c initprobe -n '__initprobe_command gain' -l format -x -a 'text csv jsonl' -d 'text, csv, or jsonl (JSON Lines).'
complete -c initprobe -n '__initprobe_command gain' -l no-header -d 'CSV rows alone, for appending in a loop.'
complete -c initprobe -n '__initprobe_command gain' -l output -r -F -d 'Write to this file, complete or not at all.'
complete -c initprobe -n '__initprobe_command gain' -l help -d 'Show help.'
complete -c initprobe -n '__initprobe_command gain' -l version -d 'Show the version.'
complete -c initprobe -n '__initprobe_position sweep 0' -a 'sweep'
complete -c initprobe -n '__initprobe_position sweep 1' -a 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan'
complete -c initprobe -n '__initprobe_position sweep 2' -a 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan'
complete -c initprobe -n '__initprobe_position sweep 3' -a 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan'
complete -c initprobe -n '__initprobe_position sweep 4' -a 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan'
complete -c initprobe -n '__initprobe_position sweep 5' -a 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan'
complete -c initprobe -n '__initprobe_position sweep 6' -a 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan'
complete -c initprobe -n '__initprobe_position sweep 7' -a 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan'
complete -c initprobe -n '__initprobe_position sweep 8' -a 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan'
complete -c initprobe -n '__initprobe_command sweep' -l gain -x -d 'Gains, as initprobe takes them: single ones between commas, and ranges from:to:step such as 0.5:2:0.1.'
complete -c initprobe -n '__initprobe_command sweep' -l output -r -F -d 'The .csv or .jsonl file that gets the rows of each point as soon as it is done; the same command again continues it.'
complete -c initprobe -n '__initprobe_command sweep' -l width -x -d 'Units in each layer.'
complete -c initprobe -n '__initprobe_command sweep' -l batch -x -d 'Rows of the random input.'
complete -c initprobe -n '__initprobe_command sweep' -l depth -x -d 'Numbers of layers.'
complete -c initprobe -n '__initprobe_command sweep' -l init -x -a 'xavier_normal xavier_uniform kaiming_normal kaiming_uniform lecun_normal lecun_uniform orthogonal trunc_normal sparse normal uniform torch_linear variance_scaling' -d 'How weights are drawn; \'initprobe list\' shows the schemes.'
complete -c initprobe -n '__initprobe_command sweep' -l skip -x -d 'Residual stacks: h becomes h + s φ(W h); none for a plain one.'
complete -c initprobe -n '__initprobe_command sweep' -l input-std -x -d 'The input is this many times a standard normal batch.'
complete -c initprobe -n '__initprobe_command sweep' -l seed -x -d 'Seed, as torch.manual_seed takes it.'
complete -c initprobe -n '__initprobe_command sweep' -l trials -x -d 'Run each combination with this many seeds, counted up from --seed.'
complete -c initprobe -n '__initprobe_command sweep' -l every -x -d 'Report after layers 1, 1+k, 1+2k, ...'
complete -c initprobe -n '__initprobe_command sweep' -l layers -x -d 'Report after exactly these layers, such as 1,2,5-10,100.'
complete -c initprobe -n '__initprobe_command sweep' -l no-grad -d 'Forward only: no gradients.'
complete -c initprobe -n '__initprobe_command sweep' -l theory -d 'Beside each measured figure, what infinite-width theory predicts.'
complete -c initprobe -n '__initprobe_command sweep' -l threads -x -d 'Worker threads; they never change the output.'
complete -c initprobe -n '__initprobe_command sweep' -l shard -x -d 'Only every n-th point from the i-th, to a file of their own.'
complete -c initprobe -n '__initprobe_command sweep' -l keep-going -d 'Leave out points whose gain is a name that stands for none there, and exit with status 1 after all others.'
complete -c initprobe -n '__initprobe_command sweep' -l dry-run -d 'List the points, estimate time and memory, and run none.'
complete -c initprobe -n '__initprobe_command sweep' -l quiet -d 'No progress and no notes on standard error.'
complete -c initprobe -n '__initprobe_command sweep' -l help -d 'Show help.'
complete -c initprobe -n '__initprobe_command sweep' -l version -d 'Show the version.'
complete -c initprobe -n '__initprobe_position list 0' -a 'list'
complete -c initprobe -n '__initprobe_command list' -l help -d 'Show help.'
complete -c initprobe -n '__initprobe_command list' -l version -d 'Show the version.'
