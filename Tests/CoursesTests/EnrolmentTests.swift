import Base
import Courses
import Testing

@Suite("Enrolling") struct EnrolmentTests {
    private let ann = Classroom.ann

    private func enrol(
        _ room: Classroom, seats: Seats = Seats(), present: Enrolment.State? = nil, age: Int? = nil
    ) throws -> Enrol.Outcome {
        try Enrol(user: ann, age: age).decide(
            in: room.course, seats, present: present.map { entry(room, $0) }, at: room.now)
    }

    private func entry(_ room: Classroom, _ state: Enrolment.State) -> Enrolment {
        Enrolment(course: room.course.id, user: ann, state: state, since: Classroom.start)
    }

    @Test func `makes a student of who asks where everybody may come`() throws {
        let outcome = try enrol(Classroom())
        #expect(outcome.enrolment.state == .active)
        #expect(outcome.enrolment.enrolledAt == Classroom.start)
        #expect(outcome.isNew)
        #expect(ChannelMove(nil, outcome.enrolment) == .join(ann))
    }

    @Test(arguments: [Enrolment.State.active, .requested, .waiting(place: 4)])
    func `a second time is answered like the first whatever has changed since`(state: Enrolment.State) throws {
        var room = Classroom(EnrolmentRules(admission: .invitation, capacity: 1, closesAt: Classroom.start, ageMin: 18))
        for stage in Course.State.allCases {
            room.course.state = stage
            let outcome = try enrol(room, seats: Seats(taken: 1), present: state)
            #expect(outcome.enrolment.state == state)
            #expect(!outcome.isNew)
        }
    }

    @Test func `is refused where the rules say no and says why`() {
        let now = Classroom.start
        #expect(throws: CourseRefusal.invitationNeeded) { try enrol(Classroom(EnrolmentRules(admission: .invitation))) }
        let later = now.adding(seconds: 1)
        #expect(throws: CourseRefusal.notOpenYet(until: later)) { try enrol(Classroom(EnrolmentRules(opensAt: later))) }
        #expect(throws: CourseRefusal.closed(since: now)) { try enrol(Classroom(EnrolmentRules(closesAt: now))) }
        #expect(throws: CourseRefusal.ageUnknown(years: 16)) { try enrol(Classroom(EnrolmentRules(ageMin: 16))) }
        #expect(throws: CourseRefusal.tooYoung(years: 16)) { try enrol(Classroom(EnrolmentRules(ageMin: 16)), age: 15) }
        #expect(throws: CourseRefusal.full) {
            try enrol(Classroom(EnrolmentRules(capacity: 1)), seats: Seats(taken: 1))
        }
        #expect(throws: CourseRefusal.turnedAway) { try enrol(Classroom(), present: .turnedAway) }
        #expect(throws: CourseRefusal.noSuchCourse) { try enrol(Classroom(state: .draft)) }
        #expect(throws: CourseRefusal.noSuchCourse) { try enrol(Classroom(state: .archived)) }
        #expect(throws: CourseRefusal.teachesIt) {
            let room = Classroom()
            return try Enrol(user: Classroom.helper).decide(in: room.course, Seats(), present: nil, at: room.now)
        }
        #expect(throws: Never.self) { try enrol(Classroom(EnrolmentRules(opensAt: now, ageMin: 16)), age: 16) }
    }

    @Test func `waits for a yes where an instructor decides`() throws {
        let room = Classroom(EnrolmentRules(admission: .approval, capacity: 1, hasWaitingList: true))
        let asked = try enrol(room).enrolment
        #expect(asked.state == .requested)
        #expect(ChannelMove(nil, asked) == nil)
        func decide(_ decision: RosterDecision, _ seats: Seats, as role: CourseRole = .staff) throws -> Enrolment? {
            try decision.decide(about: ann, in: room.course, seats, present: asked, as: role, at: room.now)
        }
        #expect(try decide(.admit, Seats())?.state == .active)
        #expect(try decide(.admit, Seats(taken: 1, nextPlace: 5))?.state == .waiting(place: 5))
        #expect(try decide(.turnAway, Seats())?.state == .turnedAway)
        #expect(try decide(.invite, Seats())?.state == .active)
        #expect(throws: CourseRefusal.notStaff) { try decide(.admit, Seats(), as: .student) }
    }

    @Test func `is open to who was invited and no seat is kept for them`() throws {
        let room = Classroom(EnrolmentRules(admission: .invitation, capacity: 1))
        let invited = try RosterDecision.invite.decide(
            about: ann, in: room.course, Seats(), present: nil, as: .staff, at: room.now)
        #expect(invited?.state == .invited)
        #expect(try enrol(room, present: .invited).enrolment.state == .active)
        #expect(throws: CourseRefusal.full) { try enrol(room, seats: Seats(taken: 1), present: .invited) }
        // An invitation takes back that somebody was turned away, and is a yes beforehand.
        let again = try RosterDecision.invite.decide(
            about: ann, in: room.course, Seats(), present: entry(room, .turnedAway), as: .staff, at: room.now)
        #expect(again?.state == .invited)
        #expect(
            try enrol(Classroom(EnrolmentRules(admission: .approval)), present: .invited).enrolment.state == .active)
    }

    @Test func `ends by leaving, whatever one was, and once`() throws {
        let room = Classroom()
        for state in [Enrolment.State.invited, .requested, .waiting(place: 1), .active] {
            #expect(entry(room, state).leaving(at: room.now)?.state == .left)
        }
        #expect(entry(room, .left).leaving(at: room.now) == nil)
        #expect(entry(room, .turnedAway).leaving(at: room.now) == nil)
        let left = try #require(entry(room, .active).leaving(at: room.now))
        #expect(ChannelMove(.active, left) == .leave(ann))
        #expect(try enrol(room, present: .left).enrolment.state == .active)
    }

    @Test func `leaves a free seat to those who wait`() throws {
        let room = Classroom(EnrolmentRules(capacity: 3, hasWaitingList: true))
        let seats = Seats(taken: 2, waiting: 1, nextPlace: 8)
        #expect(try enrol(room, seats: seats).enrolment.state == .waiting(place: 8))
        #expect(seats.promotable(under: room.course.rules) == 1)
        #expect(Seats(taken: 5, waiting: 2).promotable(under: room.course.rules) == 0)
        #expect(Seats(taken: 5, waiting: 2).promotable(under: EnrolmentRules()) == 2)
    }
}

/// Random people come, go, are let in and sent away, while the capacity changes, as the store would run it; after each
/// step the course is as a plain list says.
@Suite("Rosters") struct RosterHistoryTests {
    private struct World {
        var room: Classroom
        var seats = Seats()
        var entries: [UserID: Enrolment] = [:]
        var inChannel: Set<UserID> = []
        /// The reference: who wait, in the order in which they came.
        var line: [UserID] = []
        var promotedInOrder = true

        mutating func move(_ enrolment: Enrolment) {
            let old = entries[enrolment.user]?.state
            seats = seats.after(old, enrolment.state)
            switch ChannelMove(old, enrolment) {
            case .join(let user), .lead(let user): inChannel.insert(user)
            case .leave(let user): inChannel.remove(user)
            case nil: break
            }
            if case .waiting = enrolment.state {
                line.append(enrolment.user)
            } else {
                line.removeAll { $0 == enrolment.user }
            }
            entries[enrolment.user] = enrolment
        }

        /// What the store does behind every change: the lowest places come in.
        mutating func promote() {
            for _ in 0..<seats.promotable(under: room.course.rules) {
                func place(_ enrolment: Enrolment) -> Int64? {
                    if case .waiting(let place) = enrolment.state { place } else { nil }
                }
                guard
                    let next = entries.values.filter({ place($0) != nil }).min(by: {
                        (place($0) ?? 0) < (place($1) ?? 0)
                    })
                else { return }
                promotedInOrder = promotedInOrder && next.user == line.first
                move(next.promoted(at: room.now))
            }
        }
    }

    @Test(arguments: (0..<20).map { UInt64($0) })
    func `are never fuller than they may be and let in who came first`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let hasWaitingList = Bool.random(using: &random)
        let admission: EnrolmentRules.Admission = Bool.random(using: &random) ? .open : .approval
        var world = World(
            room: Classroom(EnrolmentRules(admission: admission, capacity: 5, hasWaitingList: hasWaitingList)))
        for _ in 1...300 {
            let user = Classroom.user(Int64.random(in: 100..<120, using: &random)), present = world.entries[user]
            let before = world.seats, course = world.room.course, now = world.room.now
            var lowered = false
            switch Int.random(in: 0..<10, using: &random) {
            case 0...4:
                do throws(CourseRefusal) {
                    let outcome = try Enrol(user: user).decide(in: course, world.seats, present: present, at: now)
                    if outcome.isNew { world.move(outcome.enrolment) } else { #expect(outcome.enrolment == present) }
                } catch .full {
                    #expect(!hasWaitingList && before.taken >= course.rules.capacity ?? 0)
                } catch {
                    #expect(error == .turnedAway && present?.state == .turnedAway)
                }
            case 5, 6: if let left = present?.leaving(at: now) { world.move(left) }
            case 7, 8:
                let decision: RosterDecision =
                    [.invite, .admit, .enrol, .turnAway].randomElement(using: &random) ?? .admit
                if let moved = try? decision.decide(
                    about: user, in: course, world.seats, present: present, as: .staff, at: now)
                {
                    world.move(moved)
                }
            default:
                let capacity = Int64.random(in: 1...8, using: &random)
                lowered = capacity < course.rules.capacity ?? 0
                world.room.course.rules.capacity = capacity
            }
            world.promote()
            let students = Set(world.entries.values.filter { $0.state == .active }.map(\.user))
            let capacity = world.room.course.rules.capacity ?? 0
            #expect(world.seats.taken == Int64(students.count))
            #expect(world.seats.waiting == Int64(world.line.count))
            #expect(students == world.inChannel)
            // Nobody is sent away because there are fewer seats; but nobody comes then either.
            #expect(world.seats.taken <= max(capacity, before.taken))
            #expect(lowered || world.seats.taken <= max(capacity, before.taken))
            #expect(world.line.isEmpty || world.seats.taken >= capacity, "somebody waits beside a free seat")
        }
        #expect(world.promotedInOrder)
    }

    @Test func `take exactly as many of five hundred as there are seats`() throws {
        let room = Classroom(EnrolmentRules(capacity: 30))
        var seats = Seats(), students = 0, refused = 0
        for number in 0..<500 {
            do throws(CourseRefusal) {
                let outcome = try Enrol(user: Classroom.user(1_000 + Int64(number))).decide(
                    in: room.course, seats, present: nil, at: room.now)
                seats = seats.after(nil, outcome.enrolment.state)
                students += 1
            } catch {
                #expect(error == .full)
                refused += 1
            }
        }
        #expect(students == 30 && refused == 470)
    }
}
