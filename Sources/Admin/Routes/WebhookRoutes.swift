public import Auth
public import Base
internal import Channels
public import REST
internal import Wire

/// Which other services are told of what happens here, and what they tell us.
public struct WebhookRoutes: Sendable {
    private let webhooks: any Webhooks
    private let makeSecret: @Sendable () -> (secret: Secret, text: String)
    private let check: @Sendable (String) throws(WebFailure) -> Void

    /// - Parameters:
    ///   - makeSecret: what requests are signed with, and the form in which it is shown once.
    ///   - check: refuses addresses that may not be asked.
    public init(
        _ webhooks: any Webhooks, makeSecret: @escaping @Sendable () -> (secret: Secret, text: String),
        check: @escaping @Sendable (String) throws(WebFailure) -> Void
    ) {
        self.webhooks = webhooks
        self.makeSecret = makeSecret
        self.check = check
    }

    public var routes: [Route] {
        let missing = Route.Answer(404, nil, "there is no such webhook")
        let keys = Route.Access.permitted(.writeKeys)
        return [
            Route(
                .get, "/api/v1/admin/webhooks", access: keys, "All webhooks",
                answers: [.init(200, nil, "items, without their secrets")], handler: list),
            Route(
                .post, "/api/v1/admin/webhooks", access: keys, "Has another service told of what happens",
                body: Self.shape(isRequired: true),
                answers: [
                    .init(201, .webhook, "the only time that the secret is told"),
                    .init(409, nil, "there are as many as may be"),
                ], isSecret: true, handler: create),
            Route(
                .put, "/api/v1/admin/webhooks/{id}", access: keys, "Changes what it is told, or whether it is",
                body: Self.shape(isRequired: false), answers: [.init(200, .webhook, "as it is now"), missing],
                handler: change),
            Route(
                .delete, "/api/v1/admin/webhooks/{id}", access: keys, "Tells it nothing more",
                answers: [.init(204, nil, "is gone"), missing], handler: delete),
            Route(
                .get, "/api/v1/admin/webhooks/{id}/deliveries", access: keys,
                "What was tried in the last seven days, the newest first",
                query: [
                    .optional("limit", .integer(1...Self.pageMax), "tries on a page"),
                    .optional("cursor", .text(bytes: 1...20), "next_cursor of the page before"),
                ], answers: [.init(200, nil, "items and next_cursor"), missing], handler: deliveries),
            Route(
                .post, "/api/v1/admin/events", access: .permittedOrKey(.writeServer, .events),
                "Takes an event of another service, and tells the webhooks that ask for it", body: Self.event,
                answers: [.init(202, nil, "it is kept"), .init(200, nil, "it was kept before")], handler: takeEvent),
        ]
    }

    private static let pageMax: Int64 = 200

    private static func shape(isRequired: Bool) -> Shape {
        let field = isRequired ? Shape.Field.required : Shape.Field.optional
        return Shape(
            isRequired ? "NewWebhook" : "WebhookChange",
            [
                field("url", .text(bytes: 9...2_048), "where to, by https"),
                field(
                    "events", .list(of: .text(bytes: 1...64), countMax: Webhook.eventsMax),
                    "names of events, message.* for a family, or *"),
            ] + (isRequired ? [] : [.optional("active", .boolean, "whether it is told at all")]))
    }

    private static let event = Shape(
        "OutsideEvent",
        [
            .required("id", .text(bytes: 1...128), "the same for every try: an event is kept once"),
            .required("type", .text(bytes: 1...64), "its name, such as order.paid"),
            .optional("data", .object(Shape("OutsideEventData", [])), "whatever belongs to it"),
        ])

    // MARK: Handlers

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let all = try await asking { () throws(WebhookFailure) in try await webhooks.all() }
        return .items(all) { webhook, json in webhook.write(to: &json) }
    }

    @Sendable private func create(_ call: Call) async throws(APIError) -> HTTPResponse {
        let url = try checkedURL(call), events = try Self.checkedEvents(call)
        guard let url, let events, !events.isEmpty else {
            throw APIError(.invalid("/events", "too_short", "at least one event"))
        }
        let made = makeSecret()
        let webhook = try await asking { () throws(WebhookFailure) in
            try await webhooks.create(url: url, events: events, secret: made.secret, by: call.cause)
        }
        return .json(201) { json in webhook.write(secret: made.text, to: &json) }
    }

    @Sendable private func change(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try id(call), url = try checkedURL(call), events = try Self.checkedEvents(call)
        if let events, events.isEmpty { throw APIError(.invalid("/events", "too_short", "at least one event")) }
        let webhook = try await asking { () throws(WebhookFailure) in
            try await webhooks.change(
                id, url: url, events: events, isActive: call.body.present("active")?.bool, by: call.cause)
        }
        guard let webhook else { throw Self.missing }
        return .json { json in webhook.write(to: &json) }
    }

    @Sendable private func delete(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try id(call)
        let isDeleted = try await asking { () throws(WebhookFailure) in try await webhooks.delete(id, by: call.cause) }
        guard isDeleted else { throw Self.missing }
        return HTTPResponse(status: 204)
    }

    @Sendable private func deliveries(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try id(call)
        let limit = Int(try call.number("limit", in: 1...Self.pageMax) ?? 50)
        let before = try call.number("cursor", in: 1...Int64.max)
        let found = try await asking { () throws(WebhookFailure) in
            try await webhooks.deliveries(of: id, before: before, limit: limit + 1)
        }
        guard let found else { throw Self.missing }
        let page = found.prefix(limit)
        return .page(
            page, next: found.count > limit ? page.last.map { String($0.id) } : nil,
            at: "/api/v1/admin/webhooks/\(id)/deliveries?limit=\(limit)"
        ) { delivery, json in delivery.write(to: &json) }
    }

    @Sendable private func takeEvent(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = call.body["id"]?.string ?? "", type = call.body["type"]?.string ?? ""
        guard Webhook.isEventType(type) else {
            throw APIError(.invalid("/type", "invalid_format", "small letters, digits, underscores and dots"))
        }
        let data = call.body.present("data")?.json ?? Array("{}".utf8)
        guard data.count <= OutsideEvent.dataBytesMax else {
            throw APIError(.invalid("/data", "too_long", "at most \(OutsideEvent.dataBytesMax) bytes"))
        }
        let isNew = try await asking { () throws(WebhookFailure) in
            try await webhooks.publish(type: type, data: data, externalID: id, by: call.cause)
        }
        return .json(isNew ? 202 : 200) { json in
            json.object { json in
                json.member("id", id)
                json.member("duplicate", !isNew)
            }
        }
    }

    // MARK: Steps

    private static let missing = APIError(Rejection(.notFound, "no such webhook"))

    private func id(_ call: Call) throws(APIError) -> Int64 {
        guard let id = call.parameters["id"].flatMap({ Int64(plainDecimal: Array($0.utf8)[...]) }) else {
            throw Self.missing
        }
        return id
    }

    private func checkedURL(_ call: Call) throws(APIError) -> String? {
        guard let url = call.body.present("url")?.string else { return nil }
        do throws(WebFailure) {
            try check(url)
        } catch {
            let why: String
            if case .refused(let words) = error { why = words } else { why = "cannot be asked" }
            throw APIError(.invalid("/url", "invalid_format", why))
        }
        return url
    }

    private static func checkedEvents(_ call: Call) throws(APIError) -> [String]? {
        guard let elements = call.body.present("events")?.elements else { return nil }
        var events: [String] = []
        for (index, element) in elements.enumerated() {
            guard let pattern = element.string, Webhook.isPattern(pattern) else {
                throw APIError(
                    .invalid("/events/\(index)", "invalid_format", "a name such as message.created, message.* or *"))
            }
            events.append(pattern)
        }
        return events
    }

    private func asking<Value>(
        _ body: () async throws(WebhookFailure) -> Value
    ) async throws(APIError) -> Value {
        do throws(WebhookFailure) {
            return try await body()
        } catch {
            switch error {
            case .full: throw APIError(Rejection(.quotaExceeded, "there are \(Webhook.countMax) webhooks already"))
            case .storageFull: throw APIError(.storageFull)
            case .unavailable: throw APIError(.overloaded)
            }
        }
    }
}

extension Webhook {
    /// The shape `webhook` of the wire.
    /// - Parameter secret: told once, when it is made.
    func write(secret: String? = nil, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", String(id))
            json.member("url", url)
            json.array("events") { json in
                for event in events { json.value(event) }
            }
            json.member("active", isActive)
            json.member("created_at", createdAt)
            json.member("failing_since", orNull: failingSince)
            if let secret { json.member("secret", secret) }
        }
    }
}

extension Shape {
    static let webhook = Shape(
        "Webhook",
        [
            .required("id", .text(bytes: 1...20), "its number"),
            .required("url", .text(bytes: 9...2_048), "where it is told"),
            .required("events", .list(of: .text(bytes: 1...64), countMax: Webhook.eventsMax), "of what"),
            .required("active", .boolean, "whether it is told"),
            .required("created_at", .time, "when it was made"),
            .optional("failing_since", .time, "since when it has not answered well"),
            .optional("secret", .text(bytes: 1...64), "whsec_ and base64; what its requests are signed with"),
        ])
}
