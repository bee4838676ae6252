import Auth
import Testing

/// A token that must be refused, and as what.
struct BadToken: Sendable, CustomTestStringConvertible {
    var why: String
    var token: String
    var fault: AccessTokenFault

    init(_ why: String, _ fault: AccessTokenFault, _ token: String) {
        self.why = why
        self.token = token
        self.fault = fault
    }

    var testDescription: String { why }
}
