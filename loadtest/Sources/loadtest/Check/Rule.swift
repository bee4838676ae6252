/// One thing that must hold of every history. All rules together, over a log whose order the server hands out, are a
/// whole check of linearizability: nothing has to be searched for.
struct Rule: Sendable {
    let name: String
    let promise: String
    /// Says in what a history breaks the promise; nothing when it keeps it.
    let violations: @Sendable (History) -> [String]

    static let all: [Rule] = [
        .dense, .oneKeyOneNumber, .noPhantom, .acknowledgedIsPresent, .refusedIsAbsent, .realTimeOrder, .senderOrder,
        .shownIsNeverLost, .contiguous, .pagesEqualTheLog, .deletionsStay, .marksNeverGoBack, .nothingOdd,
        .outsidersAreToldNothing,
    ]
}

extension History.Name: CustomStringConvertible {
    var description: String { "\(key) of user \(sender) in channel \(channel)" }
}
