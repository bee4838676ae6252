import Auth
import Testing

/// A token that must be refused, and as what.
struct BadToken: Sendable, CustomTestStringConvertible {
    var why: String
    var token: String
    var fault: TokenFault

    init(_ why: String, _ fault: TokenFault, _ token: String) {
        self.why = why
        self.token = token
        self.fault = fault
    }

    var testDescription: String { why }
}
