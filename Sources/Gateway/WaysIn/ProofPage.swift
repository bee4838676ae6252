internal import Auth
internal import Base
internal import REST
internal import Wire

/// A page that a link of a letter opens. It asks for nothing from elsewhere, and does nothing until its button is
/// pressed.
struct ProofPage {
    var title: String
    var label: String
    var done: String
    /// Whether a password is asked for.
    var asksPassword: Bool

    static let emailVerification = ProofPage(
        title: "Your e-mail address", label: "Yes, this is my address", done: "Your e-mail address is verified.",
        asksPassword: false)
    static let passwordReset = ProofPage(
        title: "A new password", label: "Set the password", done: "Your password is set. Log in with it.",
        asksPassword: true)

    private static let style =
        "body{font:1rem/1.5 system-ui;max-width:28rem;margin:4rem auto;padding:0 1rem}"
        + "input,button{font:inherit;padding:.5rem;width:100%;box-sizing:border-box;margin:.25rem 0}"

    /// Posts the token of the page's own address to the page's own path.
    private static let script = """
        const form = document.querySelector('form'), out = document.querySelector('output');
        if (form) form.addEventListener('submit', async event => {
          event.preventDefault();
          const body = { token: new URLSearchParams(location.search).get('token') };
          const password = form.querySelector('input');
          if (password) body.password = password.value;
          try {
            const answer = await fetch(location.pathname, { method: 'POST',
              headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
            if (answer.ok) { form.remove(); out.textContent = out.dataset.done; }
            else out.textContent = (await answer.json()).detail;
          } catch { out.textContent = 'The server cannot be reached. Try again.'; }
        });
        """

    private static func hash(_ text: String) -> String { "'sha256-\(Base64.encode(Digest.sha256(Array(text.utf8))))'" }

    private static let policy = [
        "default-src 'none'", "style-src \(hash(style))", "script-src \(hash(script))", "connect-src 'self'",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    /// The page, or what it would say for who asks for JSON.
    /// - Parameter stands: whether the link can still be redeemed.
    func answer(_ call: Call, stands: Bool) -> HTTPResponse {
        if call.head.headers.tokens("accept").contains(where: { $0.hasPrefix("application/json") }) {
            return .json { json in json.object { json in json.member("valid", stands) } }
        }
        // Everything here is our own text: nothing of the request is shown.
        let password = "<input type=\"password\" autocomplete=\"new-password\" required aria-label=\"New password\">"
        let form = "<form>\(asksPassword ? password : "")<button>\(label)</button></form>"
        let page = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta name="robots" content="noindex"><title>\(title)</title><style>\(Self.style)</style></head>
            <body><h1>\(title)</h1>\(stands ? form : "<p>This link has been used or has expired.</p>")
            <output data-done="\(done)"></output><script>\(Self.script)</script></body></html>

            """
        return HTTPResponse(
            status: 200,
            headers: HTTPHeaders([
                ("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", Self.policy),
            ]), body: Array(page.utf8))
    }
}
