import Glibc
import TestSupport
import Testing

@Suite("The doctor") struct DoctorTests {
    private func ask(_ variables: [String: String] = [:], data: String? = nil) throws -> Program.Ended {
        let place = TemporaryDirectory()
        return try Program.run(["doctor", "--dev", "--data", data ?? place.path + "/data"], variables)
    }

    @Test func `says what is there, and is content with a plain server`() throws {
        let ended = try ask()
        #expect(ended.status == 0)
        #expect(ended.lines.allSatisfy { $0.hasPrefix("ok  ") || $0.hasPrefix("--  ") })
        for word in [
            "libcurl", "the clock says", "open files", "no e-mail", "no text messages", "pushing to browsers",
            "no pushing by FCM",
        ] {
            #expect(ended.output.contains(word), "\(word)")
        }
    }

    @Test func `is content with a directory in use, and not with one that is open to others`() throws {
        let server = try RunningServer()
        #expect(try ask(data: server.data).status == 0)
        let place = TemporaryDirectory()
        #expect(chmod(place.path, 0o755) == 0)
        let open = try ask(data: place.path)
        #expect(open.status == 1)
        #expect(open.output.contains("!!  \(place.path) is open to others (mode 755)"))
    }

    @Test func `finds what is missing of what the settings need`() throws {
        let mail = ["CONFAB_SMTP_URL": "smtp://mail.example.org:587", "CONFAB_SMTP_FROM": "chat@example.org"]
        let complete = try ask(mail)
        #expect(complete.status == 0)
        #expect(complete.output.contains("e-mail by smtp://mail.example.org:587 (starttls) from chat@example.org"))
        let open = try ask(mail.merging(["CONFAB_SMTP_TLS": "none", "CONFAB_SMTP_USER": "chat"]) { $1 })
        #expect(open.status == 1)
        let noName = try ask(mail.merging(["CONFAB_SMTP_PASSWORD": "canary"]) { $1 })
        #expect(noName.status == 1)
        #expect(!noName.output.contains("canary"))
        #expect(try ask(["CONFAB_OUTSIDE_CA": "/nowhere.pem"]).status == 1)
        let pushing = try ask(["CONFAB_PUSH_CONTACT": "mailto:ops@example.org"])
        #expect(pushing.output.contains("ok  pushing to browsers as mailto:ops@example.org"))
        let certificate = try ask(["CONFAB_TLS_CERT": "/nowhere.crt", "CONFAB_TLS_KEY": "/nowhere.key"])
        #expect(certificate.status == 1)
        #expect(certificate.output.contains("!!  tls-cert and tls-key"))
    }

    @Test(arguments: [
        ["CONFAB_SMTP_URL": "mail.example.org"], ["CONFAB_SMTP_URL": "smtp://mail.example.org"],
        ["CONFAB_SMTP_URL": "smtp://me:word@mail.example.org", "CONFAB_SMTP_FROM": "chat@example.org"],
        ["CONFAB_SMTP_URL": "smtp://mail.example.org", "CONFAB_SMTP_FROM": "chat@example.org\nBcc: a@b.c"],
        ["CONFAB_SMTP_URL": "smtp://m", "CONFAB_SMTP_FROM": "chat@example.org", "CONFAB_SMTP_TLS": "maybe"],
        ["CONFAB_SMS_URL": "https://sms.example.org/"], ["CONFAB_PUSH_CONTENT": "some"],
        ["CONFAB_PUSH_CONTACT": "ops@example.org"], ["CONFAB_PUSH_WEBHOOK_URL": "https://push.example.org/"],
        ["CONFAB_FCM_SERVICE_ACCOUNT": "/nowhere.json"], ["CONFAB_FCM_SERVICE_ACCOUNT": "/etc/hostname"],
        ["CONFAB_APNS_KEY": "/etc/hostname"], ["CONFAB_APNS_URL": "ftp://push.example.org"],
        ["CONFAB_SMS_URL": "ftp://sms.example.org/", "CONFAB_SMS_SECRET": "x"], ["CONFAB_OUTSIDE_ALLOW": "10.0.0.1/8"],
    ])
    func `settings about other servers that cannot be obeyed are refused`(variables: [String: String]) throws {
        let ended = try ask(variables)
        #expect(ended.status == 2)
        #expect(ended.complaints.hasPrefix("confab: "))
    }
}
