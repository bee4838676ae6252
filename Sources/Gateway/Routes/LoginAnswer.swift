internal import Auth
internal import Base
internal import Channels
internal import REST
internal import Wire

extension Services {
    /// What a login is answered with: who, and its two tokens; in cookies too for who asks for that.
    /// - Parameter until: when the refresh token is over.
    func pair(
        _ status: Int, _ account: Account, _ login: LoginID, _ refresh: RefreshToken, until: Timestamp,
        accessSeconds: Int64 = TokenLifetimes.accessSeconds, wantsCookies: Bool = false, to call: Call
    ) -> HTTPResponse {
        let access = accessToken(for: account, login: login, seconds: accessSeconds)
        var response = HTTPResponse.json(status) { json in
            json.object { json in
                json.name("user")
                account.write(to: &json, roles: roles)
                json.member("access_token", access)
                json.member("refresh_token", refresh.text)
                json.member("token_type", "Bearer")
                json.member("expires_in", accessSeconds)
            }
        }
        if settings.takesCookies, wantsCookies || call.wantsCookies {
            TokenCookies(access: access, refresh: refresh.text).set(
                on: &response, isSecure: call.client.isSecure, accessSeconds: accessSeconds,
                refreshSeconds: max(0, until.seconds - time.now().seconds))
        }
        return response
    }

    /// Refuses a wish for cookies where there are none, before anything is done.
    func checkCookieWish(_ wish: LoginWish, _ call: Call) throws(APIError) {
        guard wish.wantsCookies || call.wantsCookies, !settings.takesCookies else { return }
        throw Self.notConfigured("cookies are off on this server; the setting is called cookies")
    }
}

extension Call {
    /// The caller is a browser that wants its tokens in cookies.
    var wantsCookies: Bool { body.present("cookie")?.bool ?? (head.query["cookie"] == "true") }
}

extension Shape.Field {
    static let cookie = Shape.Field.optional("cookie", .boolean, "has the tokens set as cookies, where those are on")
}
