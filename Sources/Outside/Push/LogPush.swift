public import Auth
public import Telemetry

/// Writes what would be pushed into the log, for services that are not set up: for development alone, because it says
/// what was said.
public struct LogPush: PushService {
    private let log: Logger

    public init(_ log: Logger) { self.log = log }

    public func send(_ message: PushMessage, to device: Device) async -> PushOutcome {
        log.info(
            "a push that nobody sends",
            [
                "kind": device.kind.rawValue, "user": "\(device.user)", "device": device.id,
                "message": String(decoding: message.json, as: UTF8.self),
            ])
        return .sent
    }
}
