# bash completion for initprobe
_initprobe() {
    local current=${COMP_WORDS[COMP_CWORD]} option= first= position=0 word options words
    local -a positions
    # Bash splits --option=value into three words.
    [[ $current == '=' ]] && current=
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        if [[ $word == '=' ]]; then
            continue
        elif [[ -n $option ]]; then
            option=
        elif [[ ' --depth --width --widths --batch --seed --init --skip --input-std --every --layers --expect-out --expect-grad --trials --threads --format --output --generate-completion-script --gain --shard ' == *" $word "* ]]; then
            option=$word
        elif [[ $word != -* ]]; then
            ((position++)) || first=$word
        fi
    done
    case $first in
        predict)
            options='--depth --width --widths --batch --seed --init --skip --input-std --every --layers --no-grad --expect-out --expect-grad --stats --format --no-header --output --quiet --help --version'
            positions=('predict' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan' 'pytorch unit neutral') ;;
        gain)
            options='--depth --width --widths --init --skip --input-std --format --no-header --output --help --version'
            positions=('gain' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan') ;;
        sweep)
            options='--gain --output --width --batch --depth --init --skip --input-std --seed --trials --every --layers --no-grad --theory --threads --shard --keep-going --dry-run --quiet --help --version'
            positions=('sweep' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan' 'identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan') ;;
        list)
            options='--help --version'
            positions=('list') ;;
        *)
            options='--depth --width --widths --batch --seed --init --skip --input-std --every --layers --no-grad --expect-out --expect-grad --stats --theory --histogram --trials --threads --format --no-header --output --quiet --help --version --generate-completion-script'
            positions=('identity relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh hardshrink softshrink tanhshrink softsign softplus hardsigmoid hardswish silu mish sin cos erf abs square exp atan predict gain sweep list' 'pytorch unit neutral') ;;
    esac
    if [[ $current == -* ]]; then
        words=$options
    else
        words=${positions[position]}
    fi
    case $option in
        '') ;;
        --depth) return ;;
        --width) return ;;
        --widths) return ;;
        --batch) return ;;
        --seed) return ;;
        --init) words='xavier_normal xavier_uniform kaiming_normal kaiming_uniform lecun_normal lecun_uniform orthogonal trunc_normal sparse normal uniform torch_linear variance_scaling' ;;
        --skip) return ;;
        --input-std) return ;;
        --every) return ;;
        --layers) return ;;
        --expect-out) return ;;
        --expect-grad) return ;;
        --trials) return ;;
        --threads) return ;;
        --format) words='text csv jsonl' ;;
        --output) compopt -o filenames; COMPREPLY=($(compgen -f -- "$current")); return ;;
        --generate-completion-script) words='bash zsh fish' ;;
        --gain) return ;;
        --shard) return ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _initprobe initprobe
