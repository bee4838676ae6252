/// A fault that tests plant in the server, to prove that they would find it. Debug builds alone have any: in a release
/// build this type has no value, and nothing that could act on one is compiled.
public enum PlantedFault: Equatable, Sendable {
    #if DEBUG
        /// Who sent something is answered before it is on disk.
        case earlyReply
        /// Now and then a message gets the number behind the one that is its own.
        case offByOne
        /// Now and then an event is told to nobody.
        case droppedFanout
        /// Commits are not synced (`synchronous=NORMAL`).
        case syncNormal
        /// A read that finds its user out of a channel speaks for every membership: what was noted since they came back
        /// is dropped. The simulator alone asks for it.
        case staleAbsence

        /// As `CONFAB_PLANTED_FAULT` names it.
        public init?(named name: String) {
            switch name {
            case "early-reply": self = .earlyReply
            case "off-by-one": self = .offByOne
            case "dropped-fanout": self = .droppedFanout
            case "sync-normal": self = .syncNormal
            default: return nil
            }
        }

        /// Of how many messages one is hit by a fault that comes now and then.
        public static let interval: Int64 = 10
    #endif
}
