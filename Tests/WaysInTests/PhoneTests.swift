import Auth
import Base
import Channels
import Gateway
import Persistence
import REST
import TestSupport
import Testing
import Wire

@Suite("Logging in by phone") struct PhoneTests {
    private let number = "+491701234567"

    private func start(_ hall: Hall, _ phone: String = "+491701234567") async throws -> HTTPResponse {
        try await hall.post("/auth/phone/start", #"{"phone":"\#(phone)"}"#)
    }

    private func verify(
        _ hall: Hall, _ code: String, _ phone: String = "+491701234567", token: String? = nil
    ) async throws -> HTTPResponse {
        try await hall.post("/auth/phone/verify", #"{"phone":"\#(phone)","code":"\#(code)"}"#, token: token)
    }

    private func another(than code: String) -> String { code == "000000" ? "000001" : "000000" }

    @Test func `the first time makes an account with the number verified, and the next finds it`() async throws {
        let hall = try Hall()
        #expect(try await start(hall, "+49 170 123-4567").status == 202)
        #expect(try await hall.postbox.letter(1).way == .text(to: number))
        let first = try await verify(hall, try await hall.postbox.code(1))
        #expect(first.status == 201)
        #expect(try first.json()["user"]?["phone"]?.string == number)
        #expect(try await hall.account(number)?.isPhoneVerified == true)
        _ = try await start(hall)
        let again = try await verify(hall, try await hall.postbox.code(2))
        #expect(again.status == 200)
        #expect(again.userID == first.userID)
    }

    @Test func `a code is good once, for five minutes, and five wrong ones end it`() async throws {
        let hall = try Hall()
        _ = try await start(hall)
        let first = try await hall.postbox.code(1)
        #expect(try await verify(hall, first).status == 201)
        #expect(try await verify(hall, first).status == 401)

        _ = try await start(hall)
        let second = try await hall.postbox.code(2)
        hall.time.pass(milliseconds: 300_000)
        #expect(try await verify(hall, second).status == 401)

        _ = try await start(hall)
        let third = try await hall.postbox.code(3)
        for _ in 0..<5 { #expect(try await verify(hall, another(than: third)).status == 401) }
        #expect(try await verify(hall, third).status == 401)

        _ = try await start(hall)
        let fourth = try await hall.postbox.code(4)
        for _ in 0..<4 { #expect(try await verify(hall, another(than: fourth)).status == 401) }
        #expect(try await verify(hall, fourth).status == 200)
    }

    @Test func `a new code ends the old one`() async throws {
        let hall = try Hall()
        _ = try await start(hall)
        _ = try await start(hall)
        let old = try await hall.postbox.code(1), new = try await hall.postbox.code(2)
        if old != new { #expect(try await verify(hall, old).status == 401) }
        #expect(try await verify(hall, new).status == 201)
    }

    @Test func `a code is for one number alone`() async throws {
        let hall = try Hall()
        _ = try await start(hall)
        _ = try await start(hall, "+491709999999")
        let code = try await hall.postbox.code(1), theirs = try await hall.postbox.code(2)
        if code != theirs { #expect(try await verify(hall, code, "+491709999999").status == 401) }
        #expect(try await verify(hall, "12345").status == 401)
        #expect(try await verify(hall, code, "+491708888888").status == 401)
    }

    @Test func `however many try at once, a guesser has five tries of a million`() async throws {
        let hall = try Hall()
        let key = hall.services.waysIn.key, proofs = hall.storage.proofs, phone = try PhoneNumber(number)
        _ = try await start(hall)
        let code = try await hall.postbox.code(1)
        let guesses = (0..<200).map { String(format: $0) }.filter { $0 != code }
        await withTaskGroup(of: Void.self) { group in
            for guess in guesses {
                guard let hash = OneTimeCode(text: guess)?.hash(key, target: phone.folded) else { continue }
                group.addTask {
                    _ = try? await proofs.redeemPhoneCode(hash, phone: phone, bearer: nil, newcomer: nil, by: .server)
                }
            }
        }
        #expect(try await verify(hall, code).status == 401, "nobody's tries are left")
    }

    @Test func `codes are sent a minute apart, five an hour, to whomever the number belongs`() async throws {
        var limits = Hall.limits
        limits.areRatesLimited = true
        let hall = try Hall(limits: limits)
        for number in 0..<5 {
            #expect(try await start(hall).status == 202)
            let soon = try await start(hall)
            #expect(soon.status == 429)
            #expect(soon.headers["retry-after"] == "\(number < 4 ? 60 : 3_600 - 240)")
            hall.time.pass(milliseconds: 60_000)
        }
        #expect(try await start(hall).status == 429)
        #expect(try await start(hall, "+491709999999").status == 202)
        _ = try await hall.postbox.letter(6)
        #expect(hall.postbox.all.count == 6)
    }

    @Test func `one address asks for so many, and the server sends so many in a day`() async throws {
        var limits = Hall.limits
        limits.areRatesLimited = true
        limits.proofsPerAddressHourMax = 3
        limits.textsPerDayMax = 5
        let hall = try Hall(limits: limits)
        func ask(_ number: Int, from address: String) async throws -> Int {
            try await hall.ask(
                "POST", "/auth/phone/start", #"{"phone":"+4917000000\#(number)"}"#, from: address
            ).status
        }
        for number in 10..<13 { #expect(try await ask(number, from: "203.0.113.1") == 202) }
        #expect(try await ask(13, from: "203.0.113.1") == 429)
        for number in 13..<15 { #expect(try await ask(number, from: "203.0.113.2") == 202) }
        #expect(try await ask(15, from: "203.0.113.3") == 429)
    }

    @Test func `where registration is not open, nobody new is written to or let in, and cannot tell`() async throws {
        let hall = try Hall { $0.registration = .closed }
        let answer = try await start(hall)
        #expect(answer.status == 202)
        let code = OneTimeCode(text: "123456")
        #expect(code != nil)
        #expect(hall.postbox.all.isEmpty)
        #expect(try await hall.account(number) == nil)
    }

    // MARK: Numbers that somebody else wrote down

    @Test func `an account of which nothing was verified becomes the phone's owner's alone`() async throws {
        let hall = try Hall()
        let squatter = try await hall.register(#""username":"eve","email":"eve@example.org","phone":"\#(number)""#)
        _ = try await hall.postbox.letter(1)
        _ = try await start(hall)
        let owner = try await verify(hall, try await hall.postbox.code(2))
        #expect(owner.status == 200)
        #expect(owner.userID == squatter.userID)
        #expect(try await hall.login("eve").status == 401, "the old password is gone")
        #expect(try await hall.ask("GET", "/users/me", token: try squatter.text("access_token")).status == 401)
        #expect(try await hall.account("eve@example.org") == nil, "no link goes there any more")
        let link = try await hall.postbox.token(1)
        #expect(try await hall.post("/auth/email/verify", #"{"token":"\#(link)"}"#).status == 422)
    }

    @Test func `an account with a verified address loses the number and nothing else`() async throws {
        let hall = try Hall()
        let eve = try await hall.register(#""username":"eve","email":"eve@example.org","phone":"\#(number)""#)
        let link = try await hall.postbox.token(1)
        _ = try await hall.post("/auth/email/verify", #"{"token":"\#(link)"}"#)
        _ = try await start(hall)
        let owner = try await verify(hall, try await hall.postbox.code(2))
        #expect(owner.status == 201)
        #expect(owner.userID != eve.userID)
        #expect(try await hall.login("eve").status == 200)
        #expect(try await hall.account("eve")?.phone == nil)
    }

    @Test func `who verifies the number while logged in keeps everything`() async throws {
        let hall = try Hall()
        let ann = try await hall.register(#""username":"ann","phone":"\#(number)""#)
        _ = try await start(hall)
        let answer = try await verify(
            hall, try await hall.postbox.code(1), token: try ann.text("access_token"))
        #expect(answer.status == 200)
        #expect(answer.userID == ann.userID)
        #expect(try await hall.login("ann").status == 200)
        #expect(try await hall.account("ann")?.isPhoneVerified == true)
    }
}

extension String {
    /// Six digits.
    fileprivate init(format number: Int) {
        let digits = Swift.String(number)
        self = Swift.String(repeating: "0", count: 6 - digits.utf8.count) + digits
    }
}
