internal import Auth
internal import Base
internal import Channels
internal import REST
internal import Telemetry
internal import Reactor
internal import Wire

/// Writes the letters of the ways in. Whoever asks for one does not wait until it is handed over, so that nobody can
/// tell by the time whether there was anybody to write to.
struct LetterDesk {
    let services: Services

    /// Sends a link of a kind to an address, if there is somebody who may have it. For nobody the same is done but for
    /// the letter. A link that is asked for too soon is not sent, and nobody is told.
    /// - Parameter account: who has the address; `nil` for nobody.
    func sendLink(
        _ kind: ProofKind, to address: String, of account: Account?, for call: Call
    ) async throws(APIError) {
        var random = RandomSource.system
        let token = OneTimeToken.make(random: &random)
        let new = NewProof(kind, user: account?.id, target: address, hash: token.hash)
        let asked = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.proofs.ask(new, rate: services.rate(of: kind), by: call.cause)
        }
        guard asked == .kept, let account, let email = account.email else { return }
        let url = services.settings.waysIn.publicURL
        switch kind {
        case .emailVerification:
            // Behind the #, here as below: no server and no proxy writes it down, and the page takes it out at once.
            let link = "\(url)/#verify=\(token.text)"
            post(Letter(.email(to: email, subject: "Your e-mail address"), verification(of: account, link)))
        case .passwordReset:
            let link = "\(url)/#reset=\(token.text)"
            post(Letter(.email(to: email, subject: "A new password"), Self.reset(account, link)))
        case .phoneCode, .secondFactor, .providerLogin, .providerState: return
        }
    }

    /// Tells the owner of an account that its password is another now.
    func tellOfNewPassword(_ account: Account) {
        guard let email = account.email, services.postbox.hasEmail else { return }
        post(
            Letter(
                .email(to: email, subject: "Your password was changed"),
                """
                Hello \(Self.name(account)),

                the password of your account was changed just now, and other devices were logged out.
                If this was not you, choose a new one: \(services.settings.waysIn.publicURL)/

                """))
    }

    /// Tells whoever reads the address that an account had until now that it has another one.
    func tellOfNewAddress(_ old: Account) {
        guard let email = old.email, services.postbox.hasEmail else { return }
        post(
            Letter(
                .email(to: email, subject: "Your e-mail address was changed"),
                """
                Hello \(Self.name(old)),

                your account has another e-mail address since just now, and this one belongs to it no more.
                If this was not you, write to whoever runs \(services.settings.waysIn.publicURL)/

                """))
    }

    func sendCode(_ code: OneTimeCode, to phone: PhoneNumber) {
        post(
            Letter(
                .text(to: phone.text),
                "\(code.text) is your code. It is good for five minutes. Give it to nobody."))
    }

    private func post(_ letter: Letter) {
        let postbox = services.postbox, log = services.log
        Task {
            do throws(PostFailure) {
                try await postbox.send(letter)
            } catch {
                log.warning("a letter was not taken", ["why": "\(error)"])
            }
        }
    }

    // MARK: Texts

    /// Bytes of a text that an operator has written.
    private static let templateBytesMax = 16 << 10

    /// The operator's own text for the role, in which `{link}` and `{name}` are filled in, or ours.
    private func verification(of account: Account, _ link: String) -> String {
        let own =
            template(account.role) ?? """
                Hello {name},

                open this link to show that this e-mail address is yours:
                {link}

                It is good for a day. If you have not asked for it, there is nothing to do.

                """
        // The name last: it is the user's own words, and must not be filled in again.
        let pieces = own.replacingOccurrences(of: "{link}", by: link)
        return pieces.replacingOccurrences(of: "{name}", by: Self.name(account))
    }

    private func template(_ role: Role) -> String? {
        let directory = services.settings.waysIn.templates
        guard !directory.isEmpty, let tree = try? FileTree(path: directory),
            let file = try? tree.open([role.name, "verify.txt"]), file.byteCount <= Self.templateBytesMax,
            let bytes = file.read(0..<file.byteCount)
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.contains("{link}") else {
            services.log.warning("a letter's text has no {link} and is not used", ["role": role.name])
            return nil
        }
        return text
    }

    private static func reset(_ account: Account, _ link: String) -> String {
        """
        Hello \(name(account)),

        open this link to choose a new password:
        \(link)

        It is good for an hour. If you have not asked for it, there is nothing to do: your password stays.

        """
    }

    private static func name(_ account: Account) -> String {
        account.displayName ?? account.username ?? account.email ?? "there"
    }
}

extension String {
    fileprivate func replacingOccurrences(of word: String, by text: String) -> String {
        split(separator: word, omittingEmptySubsequences: false).joined(separator: text)
    }
}
