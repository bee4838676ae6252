/// `confab completion bash|zsh|fish`: completions, made of the tables of verbs and settings.
enum Completion {
    static func run(_ words: [String]) throws(UsageError) {
        switch words {
        case ["bash"]: Output.line(bash)
        case ["zsh"]: Output.line("autoload -U +X bashcompinit && bashcompinit\n" + bash)
        case ["fish"]: Output.line(fish)
        default: throw UsageError("usage: confab completion bash|zsh|fish")
        }
    }

    private static let flags = Setting.all.filter { !$0.isSecret }

    /// What may follow each first word.
    private static var seconds: [(first: String, seconds: [String])] {
        var found: [(first: String, seconds: [String])] = []
        for verb in Verb.all {
            guard let first = verb.words.first else { continue }
            if found.last?.first != first { found.append((first, [])) }
            if verb.words.count > 1 { found[found.count - 1].seconds.append(verb.words[1]) }
        }
        for index in found.indices where found[index].first == "completion" {
            found[index].seconds = ["bash", "zsh", "fish"]
        }
        return found
    }

    private static var bash: String {
        let cases = seconds.filter { !$0.seconds.isEmpty }.map { verb in
            "            \(verb.first)) words=\"\(verb.seconds.joined(separator: " "))\" ;;"
        }
        return """
            _confab() {
                local word=${COMP_WORDS[COMP_CWORD]} words=""
                case $word in
                -*) words="--config \(flags.map { "--\($0.name)" }.joined(separator: " "))" ;;
                *)
                    case $COMP_CWORD in
                    1) words="\(seconds.map(\.first).joined(separator: " "))" ;;
                    2)
                        case ${COMP_WORDS[1]} in
            \(cases.joined(separator: "\n"))
                        esac
                        ;;
                    esac
                    ;;
                esac
                mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
                [ ${#COMPREPLY[@]} -gt 0 ] || mapfile -t COMPREPLY < <(compgen -f -- "$word")
            }
            complete -F _confab confab
            """
    }

    private static var fish: String {
        var lines = ["complete -c confab -n __fish_use_subcommand -f"]
        for verb in seconds {
            lines.append("complete -c confab -n __fish_use_subcommand -a \(verb.first)")
            guard !verb.seconds.isEmpty else { continue }
            lines.append(
                "complete -c confab -n '__fish_seen_subcommand_from \(verb.first)' -f -a "
                    + "'\(verb.seconds.joined(separator: " "))'")
        }
        for setting in flags {
            let takes = setting.form == nil ? "" : " -r"
            lines.append("complete -c confab -l \(setting.name)\(takes) -d '\(plain(setting.meaning))'")
        }
        return lines.joined(separator: "\n")
    }

    /// Without what would end a quoted word.
    private static func plain(_ text: String) -> String { text.filter { $0 != "'" && $0 != "\\" } }
}
