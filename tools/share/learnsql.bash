# Completion of learnsql for bash; made by make_share.py.
_learnsql() {
    local word=${COMP_WORDS[COMP_CWORD]} command="" flags="" i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        -*) ;;
        *) command=${COMP_WORDS[i]}; break ;;
        esac
    done
    case $command in
        sync) flags="--from --to --dry-run --force --newest-first --at-once --no-wait --wait" ;;
        build) flags="--exclude --full --prove --as-of --artifact --wait" ;;
        refresh) flags="--skip --from --to --as-of --json --no-wait --wait" ;;
        status) flags="--from --to --check --connect --format --json" ;;
        plan) flags="--exclude --full --as-of --check --json" ;;
        lint) flags="--exclude" ;;
        check) flags="--exclude --as-of --format --json --report" ;;
        list) flags="--exclude --questions --format --json" ;;
        describe) flags="--format --json" ;;
        query) flags="--format --json --file --question --param" ;;
        export) flags="--exclude --out --format --as-of" ;;
        publish) flags="--edition --undo" ;;
        diff) flags="--format --json --samples --check" ;;
        forget) flags="--learner --dry-run" ;;
        config) flags="--origin" ;;
    esac
    case $word in
    -*) COMPREPLY=($(compgen -W "$flags --project --warehouse --set --log-format --quiet --help" -- "$word")) ;;
    *)
        if [ -z "$command" ]; then
            COMPREPLY=($(compgen -W "init sync build refresh status plan lint check test list describe where-from query export publish verify diff forget config" -- "$word") $(compgen -f -- "$word"))
        else
            COMPREPLY=($(compgen -f -- "$word"))
        fi
        ;;
    esac
}
complete -o filenames -F _learnsql learnsql
