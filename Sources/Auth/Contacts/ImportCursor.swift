public import Base

/// How far an import is, and what came of its rows so far.
public struct ImportCursor: Sendable, Equatable {
    /// What became of rows; together they are all rows that were read.
    public struct Tally: Sendable, Equatable {
        /// Contacts that are new.
        public var added = 0
        /// Contacts that were there, and of which the file knew something else or more.
        public var updated = 0
        /// Contacts that were there as they are in the file.
        public var unchanged = 0
        /// Rows about somebody whom an earlier row of the file was about.
        public var duplicates = 0
        /// Rows that came to nothing; each has a fault.
        public var failed = 0
        /// Of all that were taken, those who are users here.
        public var registered = 0

        public init() {}

        public var rowCount: Int { added + updated + unchanged + duplicates + failed }
    }

    public var place: ContactFileReader.Place
    public var tally = Tally()
    /// Nothing is left to be read.
    public var isDone = false
    /// Faults in all, and the first of them, of which a bounded number is kept. They stand in the job's row too.
    public var faultCount = 0
    public var faults: [Job.Fault] = []

    public init(place: ContactFileReader.Place) { self.place = place }
}

extension ImportCursor {
    /// As it stands in the job's row.
    public var stored: [UInt8] {
        JSONWriter.object { json in
            json.member("offset", place.offset)
            json.member("number", place.number)
            json.member("inside", place.isInside)
            json.member("done", isDone)
            json.member("faults", faultCount)
            json.object("rows") { json in tally.write(to: &json) }
        }
    }

    public init?(stored bytes: [UInt8]) {
        guard let root = try? JSONDocument(parsing: bytes).root, let rows = root["rows"],
            let offset = root["offset"]?.integer, let number = root["number"]?.integer
        else { return nil }
        func count(_ name: StaticString) -> Int { Int(rows[name]?.integer ?? 0) }
        place = ContactFileReader.Place(
            offset: Int(offset), number: number, isInside: root["inside"]?.bool ?? false)
        isDone = root["done"]?.bool ?? false
        faultCount = Int(root["faults"]?.integer ?? 0)
        tally.added = count("added")
        tally.updated = count("updated")
        tally.unchanged = count("unchanged")
        tally.duplicates = count("duplicates")
        tally.failed = count("failed")
        tally.registered = count("registered")
    }

    /// What is shown of it: what became of the rows, and how many faults are not among those that are kept.
    public var result: [UInt8] {
        JSONWriter.object { json in
            json.member("rows", tally.rowCount)
            tally.write(to: &json)
            json.member("errors_left_out", max(0, faultCount - Job.faultsMax))
        }
    }
}

extension ImportCursor.Tally {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("added", added)
        json.member("updated", updated)
        json.member("unchanged", unchanged)
        json.member("duplicates", duplicates)
        json.member("failed", failed)
        json.member("registered", registered)
    }
}

/// Some rows of an import on their way into the address book.
public struct ImportStep: Sendable {
    public var slice: ContactFileReader.Slice
    /// As it was when the rows were read, with the place behind them.
    public var cursor: ImportCursor
    public var total: Int64
    public var leaseSeconds: Int64
    /// Whether the user is told how far it is.
    public var isTold: Bool
    public var bounds: ContactBounds

    public init(
        _ slice: ContactFileReader.Slice, cursor: ImportCursor, total: Int64,
        leaseSeconds: Int64, isTold: Bool, bounds: ContactBounds
    ) {
        self.slice = slice
        self.cursor = cursor
        self.total = total
        self.leaseSeconds = leaseSeconds
        self.isTold = isTold
        self.bounds = bounds
    }
}

/// How many contacts there may be.
public struct ContactBounds: Sendable, Equatable {
    /// Of one user.
    public var countMax: Int
    /// New ones of one user in a day.
    public var dailyMax: Int

    public init(_ limits: Limits) {
        countMax = limits.contactsPerUserMax
        dailyMax = limits.contactsPerDayMax
    }
}
