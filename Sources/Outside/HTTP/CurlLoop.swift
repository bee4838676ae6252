internal import Base
internal import CCurl
internal import Reactor

/// The thread that does all transfers: made on it, and used by nobody else.
struct CurlLoop {
    private let letters: Mailbox<CurlClient.Letter>

    init(_ letters: Mailbox<CurlClient.Letter>) { self.letters = letters }

    /// Milliseconds after which is looked whether a time limit is over; libcurl has shorter ones of its own.
    private static let waitMilliseconds: CInt = 1_000

    func run() {
        guard let multi = ccurl_multi_new() else { return refuseAll() }
        defer { ccurl_multi_free(multi) }
        var underWay: [OpaquePointer: CurlTransfer] = [:]
        var waiting: [CurlClient.Letter] = [], taken: [CurlClient.Letter] = []
        while true {
            letters.drain(into: &taken)
            waiting += taken
            while underWay.count < CurlClient.transfersMax, !waiting.isEmpty {
                switch waiting.removeFirst() {
                case .order(let order, let ended): begin(order, ended, multi, &underWay)
                case .stop: return stop(multi, underWay, waiting)
                }
            }
            _ = ccurl_multi_perform(multi)
            var code: CInt = 0
            while let easy = ccurl_multi_ended(multi, &code) {
                _ = ccurl_multi_remove(multi, easy)
                underWay.removeValue(forKey: easy)?.end(code)
            }
            if !underWay.isEmpty || waiting.isEmpty {
                _ = ccurl_multi_wait(multi, letters.descriptor, Self.waitMilliseconds)
            }
        }
    }

    private func begin(
        _ order: CurlOrder, _ ended: @escaping @Sendable (CurlEnd?) -> Void, _ multi: OpaquePointer,
        _ underWay: inout [OpaquePointer: CurlTransfer]
    ) {
        guard let transfer = CurlTransfer(order, finish: ended) else { return ended(nil) }
        let code = transfer.prepare()
        guard code == 0, ccurl_multi_add(multi, transfer.easy) == 0 else { return transfer.end(code) }
        underWay[transfer.easy] = transfer
    }

    private func stop(
        _ multi: OpaquePointer, _ underWay: [OpaquePointer: CurlTransfer], _ waiting: [CurlClient.Letter]
    ) {
        for (easy, transfer) in underWay {
            _ = ccurl_multi_remove(multi, easy)
            transfer.end(CInt(CC_CURLE_SEND_ERROR.rawValue))
        }
        for case .order(_, let ended) in waiting { ended(nil) }
    }

    private func refuseAll() {
        var taken: [CurlClient.Letter] = []
        while letters.wait() {
            letters.drain(into: &taken)
            for letter in taken {
                switch letter {
                case .order(_, let ended): ended(nil)
                case .stop: return
                }
            }
        }
    }
}
