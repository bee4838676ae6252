internal import Admin
internal import Auth
internal import Base

extension FuzzTarget {
    /// An operator's file of users, CSV or JSON lines.
    static let usersFile = FuzzTarget("users-file", bytesMax: 2048) { input throws(BrokenPromise) in
        guard let reader = try? UserFileReader(input) else { return }
        var line = 0, count = 0
        for result in reader {
            count += 1
            try promise(count <= input.count + 1, "a file has no more rows than bytes")
            let here: Int
            switch result {
            case .failure(let fault):
                here = fault.line
                try promise(!fault.detail.isEmpty, "a fault is explained")
            case .success(let row):
                here = row.line
                try check(row)
            }
            try promise(here > line, "rows come in their order")
            line = here
        }
    }

    private static func check(_ row: ImportRow) throws(BrokenPromise) {
        guard let account = try? row.account(uuid: "u") else { return }
        try promise(
            account.username != nil || account.email != nil || account.phone != nil, "an account has a name to log in")
        if let name = account.username {
            try promise((try? Username(name.text)) == name, "a name that is in order stays as it is")
        }
        if let email = account.email {
            try promise((try? EmailAddress(email.text)) == email, "an address that is in order stays as it is")
            try promise(email.folded.lowercased() == email.folded, "what is folded stays as it is")
        }
        if let phone = account.phone {
            try promise((try? PhoneNumber(phone.text)) == phone, "a number that is in order stays as it is")
        }
        if let name = account.displayName {
            try promise((try? DisplayName(name))?.text == name, "a name that is in order stays as it is")
        }
    }
}
