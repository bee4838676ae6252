public import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Address books: bringing one along, looking into it, and who may be found by it.
public struct ContactRoutes: Sendable {
    private let services: Services
    private let contacts: any ContactBook
    private let jobs: any Jobs
    private var limits: Limits { services.settings.limits }

    public init(_ services: Services, contacts: any ContactBook, jobs: any Jobs) {
        self.services = services
        self.contacts = contacts
        self.jobs = jobs
    }

    /// Bytes of a form beside its file.
    private static let formBytesMax = 64 << 10
    private static let pageMax = 200
    private static let pageDefault = 50
    private static let textBytesMax = 256

    public var routes: [Route] { importing + book }

    private var importing: [Route] {
        [
            Route(
                .post, "/api/v1/contacts/import", access: .user,
                "Takes a file of contacts, CSV, vCard or JSON: the body itself, or the first file of a form",
                query: [
                    .optional(
                        "phone_country", .text(bytes: 1...4), "the dialling code of numbers that name no country")
                ],
                answers: [
                    .init(202, .job, "the file is here; the job takes it in"),
                    .init(413, nil, "the file is too large"),
                    .init(422, nil, "it is no file of contacts, or names no column that has addresses"),
                    .init(429, nil, "too many jobs of the caller have not ended"),
                    .init(507, nil, "the disk is full"),
                ], bodyBytesMax: limits.contactFileBytesMax + Self.formBytesMax, streamsBody: true, handler: upload)
        ]
    }

    private var book: [Route] {
        [
            Route(
                .get, "/api/v1/contacts", access: .user, "The caller's contacts, in the order in which they came",
                query: [
                    .optional("q", .text(bytes: 1...Self.textBytesMax), "what name or address have in them"),
                    .optional("registered", .boolean, "those who are known to be here, or those who are not"),
                    .optional("limit", .integer(1...Int64(Self.pageMax)), "contacts on a page"),
                    .optional("cursor", .text(bytes: 1...20), "next_cursor of the page before"),
                ], answers: [.init(200, .page(of: .contact), "contacts; a page may be short and not the last")],
                handler: list),
            Route(
                .delete, "/api/v1/contacts", access: .user, "Takes all contacts of the caller away",
                answers: [.init(204, nil, "none is left")], handler: clear),
            Route(
                .delete, "/api/v1/contacts/{id}", access: .user, "Takes a contact away",
                answers: [.init(204, nil, "it is gone"), .init(404, nil, "the caller has no such contact")],
                handler: remove),
            Route(
                .get, "/api/v1/contacts/discovery", access: .user, "Whether the caller is found by their address",
                answers: [.init(200, .discovery, "as it is")], handler: discovery),
            Route(
                .put, "/api/v1/contacts/discovery", access: .user,
                "Lets the caller be found by those who have their address, or not", body: .discovery,
                answers: [.init(200, .discovery, "as it is now")], handler: discover),
        ]
    }

    // MARK: Importing

    @Sendable private func upload(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), type = call.head.headers["content-type"] ?? ""
        var dialling = services.settings.phoneCountry
        if let text = call.head.query["phone_country"] {
            guard let code = DiallingCode(text) else {
                throw APIError(.invalid("?phone_country", "invalid_format", "a dialling code has one to three digits"))
            }
            dialling = code
        }
        var body = try FileBody(call)
        guard body.byteCount ?? 0 <= limits.contactFileBytesMax else { throw tooLarge }
        try await body.open()
        let incoming = try await services.failing { () throws(FileFailure) in
            try await services.files.receive(for: user, byteCount: body.byteCount, within: limits)
        }
        let format = ContactFormat(contentType: type)
        let file: StoredFile
        do throws(APIError) {
            file = try await receive(&body, into: incoming, format, dialling, of: call)
        } catch {
            await incoming.discard()
            throw error
        }
        let order = ImportOrder(file: file.id, format: format, dialling: dialling)
        let job: Job
        do throws(APIError) {
            job = try await queued { () throws(JobFailure) in
                try await jobs.enqueue(NewJob(ImportOrder.kind, user: user, payload: order.payload))
            }
        } catch {
            try? await services.files.remove(file.id, by: user, from: nil, isOperator: false)
            throw error
        }
        var response = HTTPResponse.json(202) { json in job.write(to: &json) }
        response.headers.set("Location", "/api/v1/jobs/\(job.id)")
        return response
    }

    /// What cannot be read at all is refused before it is kept.
    private func receive(
        _ body: inout FileBody, into incoming: any IncomingFile, _ format: ContactFormat?, _ dialling: DiallingCode?,
        of call: Call
    ) async throws(APIError) -> StoredFile {
        var start: [UInt8] = [], byteCount = 0
        while let piece = try await body.next() {
            byteCount += piece.count
            guard byteCount <= limits.contactFileBytesMax else { throw tooLarge }
            start += piece.prefix(ContactFileReader.startBytesMax - start.count)
            try await services.failing { () throws(FileFailure) in try await incoming.write(piece) }
        }
        do throws(ContactFileFault) {
            _ = try ContactFileReader(
                start: start, isWhole: start.count == byteCount, format: format, dialling: dialling)
        } catch {
            throw APIError(.invalid("/file", error.code, error.detail))
        }
        if let login = call.caller?.login, services.endedLogins.contains(login) { throw APIError(.loginEnded) }
        return try await services.failing { () throws(FileFailure) in try await incoming.finish(as: "contacts") }
    }

    private var tooLarge: APIError {
        APIError(Rejection(.tooLarge, "a file of contacts has at most \(limits.contactFileBytesMax) bytes"))
    }

    // MARK: The book

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let limit = try call.number("limit", in: 1...Int64(Self.pageMax)).map { Int($0) } ?? Self.pageDefault
        var search = ContactSearch(user: try call.user(), limit: limit), path = "/api/v1/contacts?limit=\(limit)"
        search.after = try call.number("cursor", in: 0...Int64.max) ?? 0
        if let text = call.head.query["q"] {
            guard text.utf8.count <= Self.textBytesMax else {
                throw APIError(.invalid("?q", "too_long", "at most \(Self.textBytesMax) bytes"))
            }
            search.text = text.lowercased()
            path += "&q=\(URLText.percentEncoded(text))"
        }
        switch call.head.query["registered"] {
        case nil: break
        case "true": search.isRegistered = true
        case "false": search.isRegistered = false
        default: throw APIError(.invalid("?registered", "invalid_type", "must be true or false"))
        }
        if let isRegistered = search.isRegistered { path += "&registered=\(isRegistered)" }
        let page = try await booked { () throws(ContactFailure) in try await contacts.list(search) }
        return .page(page.contacts, next: page.next.map { "\($0)" }, at: path) { contact, json in
            contact.write(to: &json)
        }
    }

    @Sendable private func remove(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        guard let id = call.parameters["id"].flatMap({ Int64(plainDecimal: Array($0.utf8)[...]) }),
            try await booked({ () throws(ContactFailure) in try await contacts.remove(id, of: user) })
        else { throw APIError(Rejection(.notFound, "no such contact")) }
        return HTTPResponse(status: 204)
    }

    @Sendable private func clear(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        while try await booked({ () throws(ContactFailure) in try await contacts.removeSome(of: user) }) {}
        return HTTPResponse(status: 204)
    }

    @Sendable private func discovery(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        let isFindable = try await booked { () throws(ContactFailure) in try await contacts.isFindable(user) }
        return .json { json in json.object { json in json.member("findable", isFindable) } }
    }

    @Sendable private func discover(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), isFindable = call.body["findable"]?.bool ?? true
        try await booked { () throws(ContactFailure) in try await contacts.setFindable(user, isFindable) }
        return .json { json in json.object { json in json.member("findable", isFindable) } }
    }

    private func booked<Value>(_ body: () async throws(ContactFailure) -> Value) async throws(APIError) -> Value {
        do throws(ContactFailure) {
            return try await body()
        } catch {
            switch error {
            case .storageFull: throw APIError(.storageFull)
            case .unavailable: throw APIError(.overloaded)
            }
        }
    }
}

extension Shape {
    static let contact = Shape(
        "Contact",
        [
            .required("id", .text(bytes: 1...20), "its number"),
            .optional("name", .text(bytes: 1...256), "what the caller calls them"),
            .optional("email", .text(bytes: 3...254), "the first e-mail address"),
            .optional("phone", .text(bytes: 8...16), "the first phone number, E.164"),
            .required("emails", .list(of: .text(bytes: 3...254), countMax: .max), "all of them, in lower case"),
            .required("phones", .list(of: .text(bytes: 8...16), countMax: .max), "all of them, E.164"),
            .optional("user", .object(.userCard), "who that is here, where they let themselves be found"),
            .required("created_at", .time, "when they came"),
            .required("updated_at", .time, "when something was last added or changed"),
        ])

    static let discovery = Shape(
        "Discovery", [.required("findable", .boolean, "whether who has one's address sees that one is here")])
}
