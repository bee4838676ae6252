import Base
import Channels
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("Contacts who come to be here") struct ContactJoinedTests {
    /// Has an address among somebody's contacts.
    private func know(_ address: String, _ owner: UserID, in house: House) async throws {
        _ = try await house.storage.jobs.enqueue(NewJob(ImportOrder.kind, user: owner, payload: []))
        let jobs = try await house.storage.jobs.claim([ImportOrder.kind: 8], leases: [:])
        let job = try #require(jobs.last { $0.user == owner })
        var slice = ContactFileReader.Slice()
        slice.contacts = [
            ImportedContact(
                number: 1, name: "Somebody", emails: address.contains("@") ? [try EmailAddress(address)] : [],
                phones: address.contains("@") ? [] : [try PhoneNumber(address)])
        ]
        let step = ImportStep(
            slice, cursor: ImportCursor(place: .init(offset: 0, number: 1)), total: 1, leaseSeconds: 60, isTold: false,
            bounds: ContactBounds(Limits()))
        _ = try await house.storage.contacts.take(step, of: job)
        try await house.storage.jobs.settle(job, .done(result: nil, faults: []))
    }

    private func join(_ name: String, _ email: String?, _ phone: String?, in house: House) async throws {
        var account = ImportedAccount(uuid: "uuid-\(name)")
        account.username = try Username(name)
        account.email = try email.map { try EmailAddress($0) }
        account.phone = try phone.map { try PhoneNumber($0) }
        _ = try await house.storage.accounts.importAccounts([account], at: house.time.now)
    }

    /// Does what waits; returns how many jobs that were.
    private func work(_ house: House) async throws -> Int {
        let jobs = try await house.storage.jobs.claim([JoiningOrder.kind: 8], leases: [:])
        for job in jobs {
            while try await house.storage.contacts.tellOfJoining(job, leaseSeconds: 60) {}
            try await house.storage.jobs.settle(job, .done(result: nil, faults: []))
        }
        return jobs.count
    }

    private func told(_ house: House) -> [ChannelID] {
        house.listener.events.compactMap { event in
            guard case .note(let note) = event.fact, note.kind == .notificationCreated else { return nil }
            return event.channel
        }
    }

    @Test func `are told to everybody who has them, once, in slices, and to nobody else`() async throws {
        let house = try House()
        var owners: [UserID] = []
        for number in 1...450 {
            let owner = try await house.user("owner\(number)")
            try await know("new@x.org", owner, in: house)
            owners.append(owner)
        }
        let stranger = try await house.user("stranger")
        try await know("other@x.org", stranger, in: house)
        try await know("+4930123456", owners[0], in: house)
        try await join("new", "NEW@x.org", "+4930123456", in: house)
        #expect(try await work(house) == 2, "one for each address")
        let channels = told(house)
        #expect(Set(channels) == Set(owners.map { ChannelID.personal($0) }))
        #expect(channels.count == 450, "once each")
        #expect(try await work(house) == 0)
    }

    @Test func `are told to nobody who knows it already, nor where they do not want to be found`() async throws {
        let house = try House(), ann = try await house.user("ann")
        try await join("bob", "bob@x.org", nil, in: house)
        try await know("bob@x.org", ann, in: house)
        #expect(try await work(house) == 0)
        #expect(told(house).isEmpty)
        try await know("cy@x.org", ann, in: house)
        try await join("cy", "cy@x.org", nil, in: house)
        let page = try await house.storage.contacts.list(ContactSearch(user: ann, limit: 9))
        let cy = try #require(page.contacts.last?.user?.id)
        try await house.storage.contacts.setFindable(cy, false)
        #expect(try await work(house) == 1)
        #expect(told(house).isEmpty)
    }
}
