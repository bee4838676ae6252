/// Why something may not stand in a profile: a stable word for it, and one sentence for the person who typed it.
public struct ProfileFault: Error, Equatable, Sendable {
    public var code: String
    public var detail: String

    init(_ code: String, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}
