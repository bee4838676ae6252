internal import Base

/// `confab audit verify`: checks the audit trail's chain; exits 1 when it is broken.
enum AuditVerify {
    static func run(_ values: SettingValues) async throws {
        guard values.words.isEmpty else { throw UsageError("usage: confab audit verify [--data DIR]") }
        try await OperatorDoor.open(values) { post in
            let answer = try await post("/operator/audit/verify", Array("{}".utf8))
            let count = answer["count"]?.integer ?? 0
            switch answer["verdict"]?.string {
            case "whole": Output.line("\(count) rows, all as they were written")
            case "cut_short":
                Output.complaint("\(count) rows are as they were written, and there were more: the end is missing")
                throw ToldFailure()
            default:
                Output.complaint("row \(answer["broken_at"]?.integer ?? 0) is not what was written, or is not there")
                throw ToldFailure()
            }
        }
    }
}
