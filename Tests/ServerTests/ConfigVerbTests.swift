import Glibc
import TestClient
import TestSupport
import Testing

@testable import confab

@Suite("Settings on the command line") struct ConfigVerbTests {
    private func file(_ text: String, in place: TemporaryDirectory) -> String {
        let path = place.file("settings")
        Files.write(text, to: path)
        chmod(path, 0o600)
        return path
    }

    @Test func `each value is shown with where it comes from, and no secret`() throws {
        let place = TemporaryDirectory()
        let path = file(
            "CONFAB_LOOPS=3\nCONFAB_LISTEN=127.0.0.1:1\nCONFAB_JWT_SECRET=a-very-long-secret-of-thirty-two-bytes\n",
            in: place)
        let ended = try Program.run(
            ["config", "show", "--config", path, "--listen", "127.0.0.1:2"],
            ["CONFAB_LOOPS": "2", "CONFAB_SMTP_PASSWORD": "planted"])
        #expect(ended.status == 0)
        let lines = ended.output.split(separator: "\n").map(String.init)
        #expect(lines.count == Setting.all.count)
        for line in [
            "CONFAB_LISTEN=127.0.0.1:2  # flag", "CONFAB_LOOPS=2  # variable", "CONFAB_JWT_SECRET=********  # file",
            "CONFAB_SMTP_PASSWORD=********  # variable", "CONFAB_SMS_SECRET=  # default",
            "CONFAB_LOG_LEVEL=info  # default",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        for secret in ["planted", "thirty-two"] { #expect(!(ended.output + ended.complaints).contains(secret)) }
    }

    @Test func `what would not start is said, and so are variables that are no settings`() throws {
        let place = TemporaryDirectory()
        #expect(try Program.run(["config", "check", "--dev"]).output == "the settings can be used\n")
        let wrong = try Program.run(["config", "check", "--dev", "--config", file("CONFAB_LOOPS=65\n", in: place)])
        #expect(wrong.status == 2)
        #expect(wrong.complaints.contains("loops"))
        let stranger = try Program.run(["config", "check", "--dev"], ["CONFAB_LISTENN": "127.0.0.1:1"])
        #expect(stranger.status == 1)
        #expect(stranger.complaints == "there is no setting CONFAB_LISTENN\n")
        #expect(try Program.run(["config", "shew"]).status == 2)
        #expect(try Program.run(["config", "show", "--config", "/nowhere/file"]).status == 2)
    }

    @Test func `completions are good shell, and know every verb and setting`() throws {
        let bash = try Program.run(["completion", "bash"]).output
        let place = TemporaryDirectory(), script = place.file("confab.bash")
        Files.write(bash, to: script)
        let check = try ServerProcess([
            "bash", "-c",
            ". '\(script)'; COMP_WORDS=(confab us); COMP_CWORD=1; _confab; "
                + "echo ${COMPREPLY[*]}; COMP_WORDS=(confab user r); COMP_CWORD=2; _confab; echo ${COMPREPLY[*]}; "
                + "COMP_WORDS=(confab serve --conf); COMP_CWORD=2; _confab; echo ${COMPREPLY[*]}",
        ])
        #expect(try check.wholeOutput(within: 20_000) == "user\nrole restore\n--config\n")
        for verb in Verb.all { #expect(bash.contains(verb.words[0]), "\(verb.form)") }
        let fish = try Program.run(["completion", "fish"]).output
        for setting in Setting.all where !setting.isSecret {
            #expect(bash.contains("--\(setting.name)"))
            #expect(fish.contains("-l \(setting.name) "))
        }
        #expect(try Program.run(["completion", "tcsh"]).status == 2)
    }

    @Test func `the manual page has every verb and setting`() throws {
        let page = try Program.run(["manual"]).output
        #expect(page.hasPrefix(".TH CONFAB 1"))
        for setting in Setting.all { #expect(page.contains(setting.variable), "\(setting.name)") }
        for verb in Verb.all { #expect(page.contains(verb.words.joined(separator: " ")), "\(verb.form)") }
    }

    @Test func `help has every verb of the table, and the table every verb there is`() throws {
        let help = try Program.run(["help"]).output
        for verb in Verb.all { #expect(help.contains("confab \(verb.words.joined(separator: " "))"), "\(verb.form)") }
        let source = Files.text(
            of: #filePath.replacing("Tests/ServerTests/ConfigVerbTests.swift", with: "")
                + "Sources/confab/Confab.swift")
        let cases = source.split(separator: "case \"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
        #expect(cases.count > 10)
        #expect(Set(cases) == Set(Verb.all.compactMap(\.words.first)))
    }
}
