/// One person as a contacts file has them: texts that nobody has judged yet.
public struct ContactRow: Sendable, Equatable {
    /// Which row of the file it is: see `ContactFileReader`.
    public var number: Int64
    public var name = ""
    public var emails: [String] = []
    public var phones: [String] = []

    public init(number: Int64) { self.number = number }

    /// Addresses of each kind that are read of one person.
    static let addressesMax = 16

    mutating func add(email: String) {
        if emails.count < Self.addressesMax, !email.isEmpty { emails.append(email) }
    }

    mutating func add(phone: String) {
        if phones.count < Self.addressesMax, !phone.isEmpty { phones.append(phone) }
    }

    /// From parts such as a first and a last name, in the order in which they are said.
    mutating func take(names parts: [String]) {
        name = parts.filter { !$0.isEmpty }.joined(separator: " ")
    }
}

/// A person of a contacts file with addresses that are some.
public struct ImportedContact: Sendable, Equatable {
    public var number: Int64
    /// On one line; `nil` where the file has none.
    public var name: String?
    public var emails: [EmailAddress]
    public var phones: [PhoneNumber]

    public init(number: Int64, name: String?, emails: [EmailAddress], phones: [PhoneNumber]) {
        self.number = number
        self.name = name
        self.emails = emails
        self.phones = phones
    }

    /// What a person is known by: e-mail addresses first.
    public var addresses: [String] { emails.map(\.folded) + phones.map(\.folded) }
}

extension ContactRow {
    /// What the row comes to: a contact where it has an address that is one, and what is wrong with it. A row with one
    /// good and one bad address is taken with the good one, and the bad one is told.
    func judged(dialling: DiallingCode?) -> (contact: ImportedContact?, faults: [Job.Fault]) {
        var faults: [Job.Fault] = []
        var mails: [EmailAddress] = [], numbers: [PhoneNumber] = []
        for text in emails {
            do throws(NameFault) {
                let email = try EmailAddress(text)
                if !mails.contains(where: { $0.folded == email.folded }) { mails.append(email) }
            } catch {
                faults.append(Job.Fault(row: number, code: error.code, detail: "email: \(error.detail)"))
            }
        }
        for text in phones {
            do throws(NameFault) {
                let phone = try PhoneNumber(written: text, dialling: dialling)
                if !numbers.contains(phone) { numbers.append(phone) }
            } catch {
                faults.append(Job.Fault(row: number, code: error.code, detail: "phone: \(error.detail)"))
            }
        }
        guard !mails.isEmpty || !numbers.isEmpty else {
            if faults.isEmpty {
                faults = [Job.Fault(row: number, code: "required", detail: "There is neither an e-mail nor a phone.")]
            }
            return (nil, faults)
        }
        return (
            ImportedContact(number: number, name: Self.line(name), emails: mails, phones: numbers), faults
        )
    }

    /// A name is never a reason to lose somebody: what cannot stand in one becomes a space, and what is too long is
    /// cut.
    private static func line(_ text: String) -> String? {
        var name = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: name.unicodeScalars.append(" ")
            default: if !scalar.properties.isBidiControl { name.unicodeScalars.append(scalar) }
            }
        }
        while name.utf8.count > DisplayName.bytesMax { name.removeLast() }
        return try? DisplayName(name).text
    }
}
