import Testing

/// Each rule finds what is planted for it, and nothing beside.
@Suite("Rules of the tree") struct RuleTests {
    private func lines(_ rule: (TextFile) -> [Finding], _ text: String) -> [Int] {
        rule(TextFile("Sources/Wire/File.swift", text)).map(\.line)
    }

    // MARK: Layers

    private let layers = Layers(
        package: """
            func module(_ name: String, leansOn dependencies: [Target.Dependency]) -> Target {
                .target(name: name, dependencies: dependencies)
            }
            targets: [
                .target(name: "CLinux"), module("Base", leansOn: []),
                module("Wire", leansOn: ["Base", "COpenSSL"]), module("Reactor", leansOn: ["Base", "CLinux", "Wire"]),
                module("REST", leansOn: ["Base", "Wire", "Gateway"]),
                .executableTarget(
                    name: "confab",
                    dependencies: [
                        "Base", "REST",
                    ]),
                tests("WireTests", of: ["Gateway"]),
            ]
            """)

    @Test func `a package's declarations are read`() {
        #expect(layers.declared["Base"] == [])
        #expect(layers.declared["Wire"] == ["Base", "COpenSSL"])
        #expect(layers.declared["REST"] == ["Base", "Wire", "Gateway"])
        #expect(layers.declared["confab"] == ["Base", "REST"])
        #expect(layers.declared["WireTests"] == nil)
    }

    @Test(
        arguments: [
            ("import Base", "Base"), ("internal import Base", "Base"), ("@testable import Base", "Base"),
            ("    public import struct Base.Limits", "Base"), ("@preconcurrency private import Base", "Base"),
            ("// import Base", nil), ("importBase()", nil), ("let import = 1", nil), ("", nil),
        ] as [(Substring, String?)])
    func `an import is read in all its forms`(line: Substring, module: String?) {
        #expect(Layers.imported(by: line) == module)
    }

    @Test(
        arguments: [
            ("Wire", "Base", nil), ("Wire", "COpenSSL", nil), ("Wire", "Glibc", nil), ("REST", "Wire", nil),
            ("REST", "Gateway", "REST climbs to Gateway"), ("Reactor", "Wire", "Reactor climbs to Wire"),
            ("Wire", "CLinux", "Wire does not declare that it leans on CLinux"),
            ("Wire", "Foundation", "Wire does not declare that it leans on Foundation"),
            ("confab", "Wire", "confab does not declare that it leans on Wire"),
            ("Unknown", "Base", "Unknown does not declare that it leans on Base"),
        ] as [(String, String, String?)])
    func `an import that climbs or is not declared is found`(module: String, other: String, fault: String?) {
        #expect(layers.fault(of: module, importing: other) == fault)
        let file = TextFile("Sources/\(module)/Deep/File.swift", "// why\ninternal import \(other)\n")
        #expect(layers.findings(in: file).map(\.line) == (fault == nil ? [] : [2]))
    }

    // MARK: Swift

    @Test func `Foundation is found, in whole and in part`() {
        #expect(
            lines(SwiftRules.foundation, "import Foundation\ninternal import FoundationEssentials\nimport Base") == [
                1, 2,
            ])
    }

    @Test func `shortcuts are found, and words that contain them are not`() {
        let text = """
            let a = try\("!") b()
            let c = (d as\("!") String)
            fatal\("Error")("x")
            // has! was! retry! "try" as? try? e != f
            """
        #expect(lines(SwiftRules.shortcuts, text) == [1, 2, 3])
    }

    @Test func `a claim without its reason is found`() {
        let claim = "final class A: @unchecked " + "Sendable {}"
        let unsafe = "nonisolated(" + "unsafe) var b = 1"
        let near = "/// True because of it.\n" + String(repeating: "\n", count: 5)
        #expect(lines(SwiftRules.unproven, claim) == [1])
        #expect(lines(SwiftRules.unproven, unsafe) == [1])
        #expect(lines(SwiftRules.unproven, "let because = 1\n" + claim) == [2])
        #expect(lines(SwiftRules.unproven, near + claim) == [])
        #expect(lines(SwiftRules.unproven, near + "\n" + unsafe) == [8])
    }

    @Test func `a line of 121 columns is found`() {
        let text = [119, 120, 121].map { String(repeating: "é", count: $0) }.joined(separator: "\n")
        #expect(lines(SwiftRules.width, text) == [3])
    }

    @Test(arguments: Reminders.words) func `a reminder is found as a word of its own`(word: String) {
        #expect(
            lines(Reminders.findings, "// \(word): later\n# \(word)\n\(word)X x\(word) \(word)_A \(word.lowercased())")
                == [1, 2])
    }

    // MARK: Settings and links

    @Test func `a setting that is missing, wrong, doubled or unknown is found`() {
        let settings = [(name: "A_B", standard: "1"), (name: "C", standard: "")]
        func findings(_ text: String) -> [String] { SettingsFile(text).findings(against: settings) }
        #expect(findings("# what it means = more\nA_B=1\n#C=\n") == [])
        #expect(findings("# A_B=1\nC=\n") == [])
        #expect(findings("A_B=2\nC=\n") == ["A_B is shown as 2"])
        #expect(findings("C=\n") == ["A_B is shown 0 times"])
        #expect(findings("A_B=1\nA_B=1\nC=\n") == ["A_B is shown 2 times"])
        #expect(findings("A_B=1\nC=\nD=1\n") == ["D is no setting"])
    }

    @Test func `a link to what is not there is found`() {
        let there: Set<String> = ["docs/A.md", "README.md", "docs"]
        let text = """
            [a](A.md) [up](../README.md#part) [root](/docs/A.md) [folder](./) [far](https://example.org/x) [here](#x)
            [gone](B.md)
            fine [a](A.md), then [gone](../A.md "title")
            `[not a link](C.md)` and mail [m](mailto:a@example.org)
            """
        let file = TextFile("docs/Page.md", text)
        #expect(Links.findings(in: file) { there.contains($0) }.map(\.line) == [2, 3])
        #expect(Links.findings(in: file) { there.contains($0) }.first?.what == "B.md is not there")
    }
}
