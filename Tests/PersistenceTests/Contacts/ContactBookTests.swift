import Base
import Channels
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("Address books") struct ContactBookTests {
    private let kind = ImportOrder.kind

    /// A job that runs, as an import's does.
    private func job(_ house: House, of user: UserID) async throws -> Job {
        _ = try await house.storage.jobs.enqueue(NewJob(kind, user: user, payload: []))
        return try #require(try await house.storage.jobs.claim([kind: 8], leases: [:]).last { $0.user == user })
    }

    private func step(
        _ rows: [String], after cursor: ImportCursor? = nil, bounds: ContactBounds = ContactBounds(Limits())
    ) throws -> ImportStep {
        var slice = ContactFileReader.Slice()
        for (index, row) in rows.enumerated() {
            let parts = row.split(separator: " ").map(String.init)
            slice.contacts.append(
                ImportedContact(
                    number: Int64(index + 2), name: parts[0] == "-" ? nil : parts[0],
                    emails: try parts.dropFirst().filter { $0.contains("@") }.map { try EmailAddress($0) },
                    phones: try parts.dropFirst().filter { $0.hasPrefix("+") }.map { try PhoneNumber($0) }))
        }
        return ImportStep(
            slice, cursor: cursor ?? ImportCursor(place: .init(offset: 0, number: 1)), total: Int64(rows.count),
            leaseSeconds: 60, isTold: false, bounds: bounds)
    }

    /// Takes rows in by an import of their own.
    @discardableResult
    private func take(
        _ rows: [String], for user: UserID, in house: House, bounds: ContactBounds = ContactBounds(Limits())
    ) async throws -> ImportCursor {
        let job = try await job(house, of: user)
        let cursor = try await house.storage.contacts.take(try step(rows, bounds: bounds), of: job)
        return try #require(cursor)
    }

    private func book(_ house: House, of user: UserID) async throws -> [String] {
        let page = try await house.storage.contacts.list(ContactSearch(user: user, limit: 200))
        return page.contacts.map { ([$0.name ?? "-"] + $0.addresses).joined(separator: " ") }
    }

    private func tally(_ cursor: ImportCursor) -> [Int] {
        let tally = cursor.tally
        return [tally.added, tally.updated, tally.unchanged, tally.duplicates, tally.failed]
    }

    /// Somebody whose addresses are verified, as an import of users has them.
    private func member(
        _ name: String, _ email: String?, _ phone: String? = nil, in house: House
    ) async throws -> UserID {
        var account = ImportedAccount(uuid: "uuid-\(name)")
        account.username = try Username(name)
        account.email = try email.map { try EmailAddress($0) }
        account.phone = try phone.map { try PhoneNumber($0) }
        let made = try await house.storage.accounts.importAccounts([account], at: house.time.now)
        guard case .created(let user)? = made.first else { throw Missing() }
        return user
    }

    private struct Missing: Error {}

    @Test func `take a person in once, however often and by which address they come`() async throws {
        let house = try House(), ann = try await house.user("ann")
        let rows = ["Bob b@x.org +4930123456", "Cy c@x.org", "Dee +4930999999"]
        #expect(tally(try await take(rows, for: ann, in: house)) == [3, 0, 0, 0, 0])
        #expect(tally(try await take(rows, for: ann, in: house)) == [0, 0, 3, 0, 0])
        #expect(
            tally(try await take(["- B@X.org", "Robert b2@x.org b@x.org"], for: ann, in: house)) == [0, 0, 1, 1, 0])
        #expect(
            try await book(house, of: ann)
                == ["Bob b@x.org b2@x.org +4930123456", "Cy c@x.org", "Dee +4930999999"])
        let others = ["Robert b2@x.org", "Dee d@x.org +4930999999"]
        #expect(tally(try await take(others, for: ann, in: house)) == [0, 2, 0, 0, 0])
        #expect(
            try await book(house, of: ann)
                == ["Robert b@x.org b2@x.org +4930123456", "Cy c@x.org", "Dee d@x.org +4930999999"])
    }

    @Test func `keep people apart who share a household's number`() async throws {
        let house = try House(), ann = try await house.user("ann")
        let rows = ["Bob b@x.org +4930123456", "Cy c@x.org +4930123456"]
        #expect(tally(try await take(rows, for: ann, in: house)) == [2, 0, 0, 0, 0])
        #expect(tally(try await take(rows, for: ann, in: house)) == [0, 0, 2, 0, 0])
        #expect(tally(try await take(["Cy +4930123456"], for: ann, in: house)) == [0, 0, 1, 0, 0])
    }

    @Test func `are everybody's own, and go one by one, all at once, and with their user`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        try await take((1...1_200).map { "N\($0) n\($0)@x.org" }, for: ann, in: house)
        try await take(["Cy c@x.org"], for: bob, in: house)
        let contacts = house.storage.contacts
        let first = try #require(try await contacts.list(ContactSearch(user: ann, limit: 1)).contacts.first)
        #expect(try await contacts.remove(first.id, of: bob) == false)
        #expect(try await contacts.remove(first.id, of: ann))
        #expect(try await contacts.remove(first.id, of: ann) == false)
        var seen: [Int64] = [], search = ContactSearch(user: ann, limit: 100)
        while true {
            let page = try await contacts.list(search)
            seen += page.contacts.map(\.id)
            guard let next = page.next else { break }
            search.after = next
        }
        #expect(seen.count == 1_199 && seen == seen.sorted())
        while try await contacts.removeSome(of: ann) {}
        #expect(try await book(house, of: ann).isEmpty)
        try await house.storage.people.erase(bob, isDeletingMessages: false, within: nil, by: Cause(actor: bob))
        for _ in 1...200 where try await !book(house, of: bob).isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try await book(house, of: bob).isEmpty)
        for _ in 1...600 where house.directory.holds("c@x.org") { try await Task.sleep(for: .milliseconds(50)) }
        #expect(!house.directory.holds("c@x.org"))
    }

    @Test func `are searched by name and address, and by who is here`() async throws {
        let house = try House(), ann = try await house.user("ann")
        let bob = try await member("bob", "b@x.org", in: house)
        try await take(
            ["Robert b@x.org"] + (1...2_500).map { "N\($0) n\($0)@x.org" } + ["Zoë z@x.org"], for: ann, in: house)
        func found(_ change: (inout ContactSearch) -> Void) async throws -> [String] {
            var search = ContactSearch(user: ann, limit: 50), names: [String] = []
            change(&search)
            while true {
                let page = try await house.storage.contacts.list(search)
                names += page.contacts.map { $0.name ?? "-" }
                guard let next = page.next else { return names }
                search.after = next
            }
        }
        #expect(try await found { $0.text = "zoë" } == ["Zoë"])
        #expect(try await found { $0.text = "n2500@" } == ["N2500"])
        #expect(try await found { $0.isRegistered = true } == ["Robert"])
        #expect(try await found { $0.isRegistered = false }.count == 2_501)
        let page = try await house.storage.contacts.list(ContactSearch(user: ann, limit: 1))
        #expect(page.contacts.first?.user == ContactUser(id: bob, username: "bob", displayName: nil))
    }

    @Test func `tell who is here only of those who have shown it, want it, and do not block one`() async throws {
        let house = try House()
        let ann = try await house.user("ann")
        let bob = try await member("bob", "b@x.org", "+4930123456", in: house)
        let liar = try await house.storage.accounts.create(
            NewAccount(
                uuid: "uuid-liar", username: try Username("liar"), email: try EmailAddress("c@x.org"),
                createdAt: house.time.now), by: .server
        ).id
        #expect(liar != bob)
        let cursor = try await take(["Bob b@x.org", "Cy c@x.org", "Mobile +4930123456"], for: ann, in: house)
        #expect(cursor.tally.registered == 2)
        func here() async throws -> [UserID?] {
            try await house.storage.contacts.list(ContactSearch(user: ann, limit: 9)).contacts.map { $0.user?.id }
        }
        #expect(try await here() == [bob, nil, bob])
        try await house.storage.contacts.setFindable(bob, false)
        #expect(try await house.storage.contacts.isFindable(bob) == false)
        #expect(try await here() == [nil, nil, nil])
        try await house.storage.contacts.setFindable(bob, true)
        try await house.told(.block(ann, isBlocked: true), as: bob)
        #expect(try await here() == [nil, nil, nil])
        try await house.told(.block(ann, isBlocked: false), as: bob)
        _ = try await house.storage.people.suspend(bob, because: nil, within: .operator, by: .server)
        #expect(try await here() == [nil, nil, nil])
    }

    @Test func `hold no more than they may, and take in no more in a day`() async throws {
        let house = try House(), ann = try await house.user("ann")
        var limits = Limits()
        limits.contactsPerUserMax = 3
        limits.contactsPerDayMax = 2
        let bounds = ContactBounds(limits)
        let rows = (1...3).map { "N\($0) n\($0)@x.org" }
        let first = try await take(rows, for: ann, in: house, bounds: bounds)
        #expect(tally(first) == [2, 0, 0, 0, 1])
        #expect(first.faults.map(\.code) == ["rate_limited"] && first.faults.map(\.row) == [4])
        house.time.pass(milliseconds: 86_400_000)
        #expect(tally(try await take(rows, for: ann, in: house, bounds: bounds)) == [1, 0, 2, 0, 0])
        let last = try await take(["M m@x.org"], for: ann, in: house, bounds: bounds)
        #expect(last.faults.map(\.code) == ["quota_exceeded"])
        while try await house.storage.contacts.removeSome(of: ann) {}
        #expect(tally(try await take(["M m@x.org"], for: ann, in: house, bounds: bounds)) == [1, 0, 0, 0, 0])
    }

    @Test func `have the place of an import in the commit that has its rows, and nothing after it was cancelled`()
        async throws
    {
        let house = try House(), ann = try await house.user("ann")
        let job = try await job(house, of: ann), contacts = house.storage.contacts
        var next = try step(["Bob b@x.org"])
        next.cursor.place = .init(offset: 77, number: 3)
        next.slice.faults = [Job.Fault(row: 9, code: "required", detail: "x")]
        next.slice.failed = 1
        let cursor = try #require(try await contacts.take(next, of: job))
        let image = try House(in: house.image(), time: house.time)
        let again = try #require(try await image.storage.jobs.claim([kind: 1], leases: [:]).first)
        var stored = try #require(again.cursor.flatMap { ImportCursor(stored: $0) })
        stored.faults = again.faults
        #expect(stored == cursor)
        #expect(stored.place == .init(offset: 77, number: 3) && stored.tally.rowCount == 2)
        #expect(again.progress == Job.Progress(done: 2, total: 1))
        #expect(try await image.storage.contacts.take(try step(["Cy c@x.org"]), of: job) == nil, "it is a later try's")
        #expect(try await book(image, of: ann) == ["Bob b@x.org"])
        _ = try await house.storage.jobs.cancel(job.id, by: .server)
        #expect(house.storage.jobs.cancellations.contains(job.id))
        #expect(try await contacts.take(try step(["Cy c@x.org"], after: cursor), of: job) == nil)
        #expect(try await book(house, of: ann) == ["Bob b@x.org"])
    }

    @Test(arguments: [false, true])
    func `of an import that is cancelled leave no file behind, whether it was begun or not`(isBegun: Bool) async throws
    {
        let house = try House(), ann = try await house.user("ann"), bob = try await house.user("bob")
        let file = try await house.upload("email\nb@x.org\n", by: ann), kept = try await house.upload("kept", by: bob)
        let jobs = house.storage.jobs
        for (user, file) in [(ann, file), (ann, kept)] {
            let order = ImportOrder(file: file.id, format: .csv, dialling: nil)
            let job = try await jobs.enqueue(NewJob(ImportOrder.kind, user: user, payload: order.payload))
            if isBegun { _ = try await jobs.claim([ImportOrder.kind: 1], leases: [ImportOrder.kind: 60]) }
            _ = try await jobs.cancel(job.id, by: .server)
        }
        #expect(try await house.storage.files.file(file.id, for: ann) == nil)
        #expect(try await house.comesToHold([kept.sha256]), "what is another's stays")
    }
}
