import Base

@testable import Gateway

/// A server in small: a loop that reads in turns what has arrived, and a committer behind it that takes its time for
/// each command. All of it is arithmetic; the same run gives the same figures.
struct QueueSimulation {
    /// Commands a second that the committer is able to do.
    var capacity = 20_000.0
    /// Seconds that the loop needs to read a command and refuse it.
    var readSeconds = 1e-6
    /// Both work on one processor: a loop that reads is a committer that waits.
    var sharesProcessor = false
    var sessionCount = 200

    struct Figures {
        var offered = 0
        var answered = 0
        var refused = 0
        /// Milliseconds from arrival to answer, ascending.
        var delays: [Double] = []
        var refusals: [Int] = []
        /// Answered of the session that sends little, and what it sent.
        var modest = (offered: 0, answered: 0)

        func p(_ percent: Double) -> Double {
            delays.isEmpty ? 0 : delays[min(delays.count - 1, Int(Double(delays.count) * percent / 100))]
        }
    }

    private struct Command {
        var arrivedAt: Double
        var doneAt: Double
        var session: Int
    }

    private(set) var admission: Admission
    private var queue: [Command] = []
    private var head = 0
    private var held: [Int]
    private var heardIn: [UInt32?]
    private var time = 0.0
    private var readUntil = 0.0
    private var busyUntil = 0.0
    private var nextSession = 0

    init(limits: Limits = Limits(), _ change: (inout QueueSimulation) -> Void = { _ in }) {
        admission = Admission(limits: limits, seed: 7, now: Instant(nanoseconds: 0))
        held = []
        heardIn = []
        change(&self)
        held = Array(repeating: 0, count: sessionCount)
        heardIn = Array(repeating: nil, count: sessionCount)
    }

    private var now: Instant { Instant(nanoseconds: UInt64(time * 1e9)) }

    /// Offers `rate` commands a second for some seconds, besides ten a second of session 0.
    mutating func run(rate: Double, seconds: Double) -> Figures {
        var figures = Figures()
        let end = time + seconds
        var modestAt = time
        while time < end {
            settle(&figures)
            let from = readUntil, count = Int((time - from) * rate)
            for index in 0..<count {
                // The sessions send in bursts, one after the other.
                if index % 8 == 0 { nextSession = nextSession % (sessionCount - 1) + 1 }
                ask(from: nextSession, at: from + Double(index) / rate, &figures)
            }
            if count > 0 || rate == 0 { readUntil = time }
            if modestAt <= time {
                figures.modest.offered += 1
                ask(from: 0, at: modestAt, &figures)
                modestAt += 0.1
            }
            let reading = Double(count) * readSeconds
            if sharesProcessor { busyUntil = max(busyUntil, time) + reading }
            time += max(0.001, reading)
        }
        figures.delays.sort()
        return figures
    }

    private mutating func ask(from session: Int, at arrival: Double, _ figures: inout Figures) {
        figures.offered += 1
        if admission.isTight, heardIn[session] != admission.interval {
            heardIn[session] = admission.interval
            admission.heardOneMore()
        }
        guard admission.room(held: held[session]).takes(.change) else {
            admission.refused()
            figures.refused += 1
            figures.refusals.append(admission.retryAfter())
            return
        }
        admission.took(at: now)
        held[session] += 1
        busyUntil = max(busyUntil, time) + 1 / capacity
        queue.append(Command(arrivedAt: arrival, doneAt: busyUntil, session: session))
    }

    private mutating func settle(_ figures: inout Figures) {
        let before = head
        while head < queue.count, queue[head].doneAt <= time {
            let command = queue[head]
            head += 1
            held[command.session] -= 1
            admission.settled()
            figures.answered += 1
            if command.session == 0 { figures.modest.answered += 1 }
            figures.delays.append((time - command.arrivedAt) * 1e3)
        }
        if head > before { admission.pass(to: now) }
    }
}
