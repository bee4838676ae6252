extension Rule {
    /// R14. The place of the leaving says what came behind it, whoever hears of it when; from there on its user hears
    /// nothing and reads no page until they ask to come back. That they hear everything else is R9, which begins anew
    /// where they came back.
    static let outsidersAreToldNothing = Rule(
        name: "R14", promise: "who has left a channel is told nothing of what came behind that"
    ) { history in
        let absences = history.absences
        var violations: [String] = []
        for (ear, entries) in history.hearings {
            let ranges = absences[History.Seat(user: ear.user, channel: ear.channel)] ?? []
            for entry in entries where entry.operation == .recv {
                guard let absence = ranges.first(where: { $0.asked < entry.time && entry.time < $0.end }),
                    max(entry.seq, entry.lastSeq) >= absence.seq
                else { continue }
                violations.append(
                    "user \(ear.user) was told of \(entry.seq) of channel \(ear.channel), and left it at \(absence.seq)"
                )
            }
        }
        for page in history.pages {
            let ranges = absences[History.Seat(user: page.who, channel: page.channel)] ?? []
            guard ranges.contains(where: { $0.done < page.asked && page.time < $0.end }) else { continue }
            violations.append("user \(page.who) read a page of channel \(page.channel), and had left it")
        }
        return violations
    }
}

/// From a leaving to the moment at which its user asks to come back.
private struct Absence {
    var asked: UInt64
    var done: UInt64
    var seq: Int
    var end = UInt64.max
}

extension History {
    /// Those that are certain.
    fileprivate var absences: [Seat: [Absence]] {
        var absences: [Seat: [Absence]] = [:]
        for entry in stays.sorted(by: { $0.time < $1.time }) {
            let seat = Seat(user: entry.who, channel: entry.channel)
            if entry.comes, entry.state == .asked, let last = absences[seat]?.indices.last {
                if absences[seat]?[last].end == .max { absences[seat]?[last].end = entry.time }
            } else if !entry.comes, entry.state == .done {
                absences[seat, default: []].append(Absence(asked: entry.asked, done: entry.time, seq: entry.seq))
            }
        }
        return absences
    }
}
