internal import Auth
internal import Base

/// A letter as it waits in the queue.
struct LetterJob: Equatable {
    static let kind: JobKind = "letter"

    var letter: Letter

    init(_ letter: Letter) { self.letter = letter }

    init?(_ payload: [UInt8]) {
        guard let root = try? JSONDocument(parsing: payload).root, let to = root["to"]?.string,
            let body = root["body"]?.string
        else { return nil }
        let expiresAt = root.present("expires_at")?.integer.map { Timestamp(milliseconds: $0) }
        if let subject = root.present("subject")?.string {
            letter = Letter(.email(to: to, subject: subject), body, expiresAt: expiresAt)
        } else {
            letter = Letter(.text(to: to), body, expiresAt: expiresAt)
        }
    }

    var payload: [UInt8] {
        JSONWriter.object { json in
            switch letter.way {
            case .email(let to, let subject):
                json.member("to", to)
                json.member("subject", subject)
            case .text(let to):
                json.member("to", to)
            }
            json.member("body", letter.body)
            json.member("expires_at", orNull: letter.expiresAt?.milliseconds)
        }
    }
}
