/// What was counted and timed for a while: in one second of one process, or in a whole stage of all of them.
struct Tally {
    enum Count: String, CaseIterable {
        case sent, replies, deliveries, pages, marks, typing, returns
        /// Messages heard by `resume`, after their receiver had been away.
        case replayed
        /// Messages that the server was too busy for.
        case refused
        /// Messages not sent, because their sender's peer took no more bytes.
        case unsent
    }

    /// What is timed, from the moment at which it was due.
    enum Timed: String, CaseIterable {
        case reply, delivery, page, mark, connect
        /// From the moment at which something was due to the one at which the generator did it.
        case lag
    }

    private var counts = [Int](repeating: 0, count: Count.allCases.count)
    private var latencies: [Histogram?] = Array(repeating: nil, count: Timed.allCases.count)
    /// Of the processes that generate the load, together.
    var clientCPU: Nanoseconds = 0
    /// The busiest of them, in percent of a core.
    var busiestPercent = 0.0
    /// Identified at the end.
    var connections = 0
    /// What has gone wrong since the run began.
    var faults = 0

    subscript(count: Count) -> Int {
        get { counts[Self.place(of: count)] }
        set { counts[Self.place(of: count)] = newValue }
    }

    func latency(_ timed: Timed) -> Histogram { latencies[Self.place(of: timed)] ?? Histogram() }

    mutating func record(_ timed: Timed, _ duration: Nanoseconds) {
        let place = Self.place(of: timed)
        if latencies[place] == nil { latencies[place] = Histogram() }
        latencies[place]?.record(duration)
    }

    mutating func forgetLatencies() { latencies = latencies.map { _ in nil } }

    /// What another process did in the same time, or the same ones later.
    mutating func add(_ other: Tally) {
        for index in counts.indices { counts[index] += other.counts[index] }
        for (index, latency) in other.latencies.enumerated() {
            guard let latency else { continue }
            if latencies[index] == nil { latencies[index] = latency } else { latencies[index]?.add(latency) }
        }
        clientCPU += other.clientCPU
        busiestPercent = max(busiestPercent, other.busiestPercent)
    }

    private static func place(of count: Count) -> Int {
        switch count {
        case .sent: 0
        case .replies: 1
        case .deliveries: 2
        case .pages: 3
        case .marks: 4
        case .typing: 5
        case .returns: 6
        case .replayed: 7
        case .refused: 8
        case .unsent: 9
        }
    }

    private static func place(of timed: Timed) -> Int {
        switch timed {
        case .reply: 0
        case .delivery: 1
        case .page: 2
        case .mark: 3
        case .connect: 4
        case .lag: 5
        }
    }

    // MARK: On a line

    var pairs: String {
        var text = "cpu=\(clientCPU) connections=\(connections) faults=\(faults)"
        for count in Count.allCases where self[count] > 0 { text += " \(count.rawValue)=\(self[count])" }
        for timed in Timed.allCases {
            if let latency = latencies[Self.place(of: timed)] { text += " \(timed.rawValue)_ns=\(latency.line)" }
        }
        return text
    }

    init() {}

    /// `nil` when the line's histograms cannot be read.
    init?(_ line: WordLine) {
        clientCPU = Nanoseconds(line.number("cpu"))
        connections = line.number("connections")
        faults = line.number("faults")
        for count in Count.allCases { self[count] = line.number(count.rawValue) }
        for timed in Timed.allCases {
            let value = line.value("\(timed.rawValue)_ns")
            guard !value.isEmpty else { continue }
            guard let latency = Histogram(line: value) else { return nil }
            latencies[Self.place(of: timed)] = latency
        }
    }
}
