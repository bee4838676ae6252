/// How much of what was said is told to push services and shown on locked screens. The names are those of the setting.
public enum PushContent: String, Sendable, CaseIterable {
    case full
    /// Who, and where, and not what.
    case sender
    /// That there is something.
    case none
}
