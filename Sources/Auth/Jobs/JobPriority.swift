/// Who goes first when there is more to do than can be done at once.
public enum JobPriority: Sendable, CaseIterable {
    /// Somebody waits for it now: a letter with a code.
    case interactive
    case normal
    /// Much work that nobody watches: backups, imports, what is taken away.
    case bulk

    /// Seconds for which it lets others go first that become due later. So it never waits for ever: who has waited for
    /// so long goes before everything that becomes due from then on, whatever its priority.
    public var patienceSeconds: Int64 {
        switch self {
        case .interactive: 0
        case .normal: 30
        case .bulk: 300
        }
    }
}
