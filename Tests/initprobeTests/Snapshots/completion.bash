# bash completion for initprobe
_initprobe() {
    local current=${COMP_WORDS[COMP_CWORD]} option= first= position=0 word options words files=
    local -a positions
    # Bash splits --option=value into three words.
    [[ $current == '=' ]] && current=
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        if [[ $word == '=' ]]; then
            continue
        elif [[ -n $option ]]; then
            option=
        elif [[ ' --depth --width --widths --init --skip --set --input-std --input-similarity --loss --backward --batch --seed --every --layers --expect-out --expect-grad --trials --threads --format --output --generate-completion-script --gain --shard --sync ' == *" $word "* ]]; then
            option=$word
        elif [[ $word != -* ]]; then
            ((position++)) || first=$word
        fi
    done
    case $first in
        predict)
            options='--depth --width --widths --init --skip --set --input-std --input-similarity --loss --backward --batch --seed --every --layers --no-grad --spectrum --stats --chart --expect-out --expect-grad --format --no-header --output --quiet --help --version'
            positions=('predict' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'pytorch unit neutral edge') ;;
        gain)
            options='--depth --width --widths --init --skip --set --input-std --loss --backward --format --no-header --output --help --version'
            positions=('gain' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren') ;;
        sweep)
            options='--gain --depth --width --init --skip --set --input-std --input-similarity --batch --seed --trials --every --layers --no-grad --loss --spectrum --theory --threads --output --shard --sync --keep-going --dry-run --quiet --help --version'
            positions=('sweep' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren') ;;
        merge)
            options='--output --help --version' files=yes
            positions=('merge' '' '' '' '' '' '' '' '') ;;
        pytorch)
            options='--depth --width --widths --init --skip --set --input-std --input-similarity --loss --backward --batch --seed --every --layers --no-grad --output --help --version'
            positions=('pytorch' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren' 'pytorch unit neutral edge') ;;
        list)
            options='--help --version'
            positions=('list') ;;
        help)
            options='--help --version'
            positions=('help' 'predict gain sweep merge pytorch list help') ;;
        *)
            options='--depth --width --widths --init --skip --set --input-std --input-similarity --loss --backward --batch --seed --every --layers --no-grad --spectrum --stats --chart --theory --histogram --expect-out --expect-grad --trials --threads --format --no-header --output --quiet --help --version --generate-completion-script --generate-manual'
            positions=('identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan gpt2 llama postnorm prenorm deepnorm olmo2 siren predict gain sweep merge pytorch list help' 'pytorch unit neutral edge') ;;
    esac
    if [[ $current == -* ]]; then
        words=$options
    elif [[ -z $option && $files ]]; then
        compopt -o filenames
        COMPREPLY=($(compgen -f -- "$current"))
        return
    else
        words=${positions[position]}
    fi
    case $option in
        '') ;;
        --depth) return ;;
        --width) return ;;
        --widths) return ;;
        --init) words='xavier_normal xavier_uniform kaiming_normal kaiming_uniform lecun_normal lecun_uniform orthogonal trunc_normal sparse normal uniform torch_linear variance_scaling' ;;
        --skip) return ;;
        --set) return ;;
        --input-std) return ;;
        --input-similarity) return ;;
        --loss) words='sum random' ;;
        --backward) words='each last' ;;
        --batch) return ;;
        --seed) return ;;
        --every) return ;;
        --layers) return ;;
        --expect-out) return ;;
        --expect-grad) return ;;
        --trials) return ;;
        --threads) return ;;
        --format) words='text table csv jsonl' ;;
        --output) compopt -o filenames; COMPREPLY=($(compgen -f -- "$current")); return ;;
        --generate-completion-script) words='bash zsh fish' ;;
        --gain) return ;;
        --shard) return ;;
        --sync) return ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _initprobe initprobe
