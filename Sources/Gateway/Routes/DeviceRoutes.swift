public import Auth
public import Base
internal import Channels
public import REST
internal import Wire

/// Devices to which notifications are pushed.
public struct DeviceRoutes: Sendable {
    private let devices: any Devices
    private let kinds: Set<Device.Kind>
    private let publicKey: [UInt8]
    private let check: @Sendable (String) throws(WebFailure) -> Void

    /// - Parameters:
    ///   - kinds: the services that are set up.
    ///   - publicKey: by which browsers know this server, as a point of P-256.
    ///   - check: whether a URL may be asked at all.
    public init(
        _ devices: any Devices, kinds: Set<Device.Kind>, publicKey: [UInt8],
        check: @escaping @Sendable (String) throws(WebFailure) -> Void
    ) {
        self.devices = devices
        self.kinds = kinds
        self.publicKey = publicKey
        self.check = check
    }

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/push/key", access: .user, "The key by which browsers know this server (RFC 8292)",
                answers: [
                    .init(
                        200,
                        Shape(
                            "PushKey",
                            [
                                .required("public_key", .text(bytes: 87...87), "applicationServerKey, in base64url"),
                                .required(
                                    "kinds", .list(of: .text(bytes: 1...16), countMax: 4), "services that are set up"),
                            ]), "the same until the server's keys are made anew")
                ], handler: key),
            Route(
                .put, "/api/v1/devices/{device_id}", access: .user,
                "Has notifications pushed to a device, for as long as this login lasts", body: DeviceBody.shape,
                answers: [
                    .init(201, nil, "the device is new"), .init(200, nil, "it was there, and is as given now"),
                    .init(422, nil, "no such service is set up, or the address is none of its"),
                ], isSecret: true, handler: put),
            Route(
                .delete, "/api/v1/devices/{device_id}", access: .user, "Has nothing pushed to a device any more",
                answers: [.init(204, nil, "done"), .init(404, nil, "the caller has no such device")],
                handler: delete),
        ]
    }

    @Sendable private func key(_ call: Call) async throws(APIError) -> HTTPResponse {
        .json { json in
            json.object { json in
                json.member("public_key", Base64.encodeURLSafe(publicKey))
                json.array("kinds") { json in
                    for kind in kinds.map(\.rawValue).sorted() { json.value(kind) }
                }
            }
        }
    }

    @Sendable private func put(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard let caller = call.caller else { throw APIError.unexpected }
        let id = try Self.id(call)
        let body = try DeviceBody(call.body, kinds: kinds, check: check)
        let device = Device(
            user: caller.user, id: id, login: caller.login, kind: body.kind, address: body.address, keys: body.keys)
        let place = try await queued { () throws(JobFailure) in try await devices.put(device, by: call.cause) }
        guard place != .loginEnded else {
            throw APIError(.loginEnded)
        }
        return .json(place == .added ? 201 : 200) { json in device.write(to: &json) }
    }

    @Sendable private func delete(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), id = try Self.id(call)
        let wasThere = try await queued { () throws(JobFailure) in
            try await devices.remove(id, of: user, by: call.cause)
        }
        guard wasThere else { throw APIError(Rejection(.notFound, "no such device")) }
        return HTTPResponse(status: 204)
    }

    // MARK: Reading

    private static func id(_ call: Call) throws(APIError) -> String {
        guard let id = call.parameters["device_id"], (1...Device.idBytesMax).contains(id.utf8.count),
            id.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else {
            throw APIError(.invalid("/device_id", "invalid_length", "1 to \(Device.idBytesMax) bytes of text"))
        }
        return id
    }
}

extension Device {
    /// What is shown of it, to its user alone. Its address never is.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("kind", kind.rawValue)
        }
    }
}
