/// How full a course is: all that a decision has to know of everybody else on the roster.
public struct Seats: Equatable, Sendable {
    /// Students.
    public var taken: Int64
    /// How many wait.
    public var waiting: Int64
    /// The place that is given next; above all that were ever given.
    public var nextPlace: Int64

    public init(taken: Int64 = 0, waiting: Int64 = 0, nextPlace: Int64 = 1) {
        self.taken = taken
        self.waiting = waiting
        self.nextPlace = nextPlace
    }

    /// Whether one more may sit down. Who waits comes first: a free seat is theirs.
    func isFree(under rules: EnrolmentRules) -> Bool {
        taken < rules.seatsMax && waiting == 0
    }

    /// How many of those who wait may come in, after a seat was freed or the rules were changed.
    public func promotable(under rules: EnrolmentRules) -> Int64 {
        min(waiting, max(0, rules.seatsMax - taken))
    }

    /// After somebody has moved on the roster.
    public func after(_ old: Enrolment.State?, _ new: Enrolment.State) -> Seats {
        var seats = self
        if old?.isSeated ?? false { seats.taken -= 1 }
        if new.isSeated { seats.taken += 1 }
        if case .waiting = old { seats.waiting -= 1 }
        if case .waiting(let place) = new {
            seats.waiting += 1
            seats.nextPlace = max(seats.nextPlace, place + 1)
        }
        return seats
    }
}
