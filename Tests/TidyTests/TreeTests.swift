import Base
import Testing

@testable import confab

@Suite("The tree is tidy") struct TreeTests {
    private static let sources = Tree.texts([".swift"], below: ["Sources"])
    private static let swift =
        sources + Tree.texts([".swift"], below: ["Tests", "Fuzz", "loadtest/Sources", "loadtest/Tests"])
        + ["Package.swift", "loadtest/Package.swift"].map { TextFile($0, Tree.text(of: $0)) }

    @Test func `there is a tree to look at`() {
        #expect(Self.sources.count > 100)
        #expect(Self.swift.count > Self.sources.count + 50)
    }

    @Test func `no import climbs, and each is declared`() {
        let layers = Layers(package: Tree.text(of: "Package.swift"))
        #expect(Self.sources.flatMap { layers.findings(in: $0) } == [])
    }

    @Test func `no module declares that it leans upwards`() {
        let layers = Layers(package: Tree.text(of: "Package.swift"))
        for (module, height) in Layers.heights {
            guard let declared = layers.declared[module] else {
                Issue.record("\(module) is not declared")
                continue
            }
            for other in declared.subtracting(Layers.leaves) {
                #expect(Layers.heights[other].map { $0 < height } ?? false, "\(module) on \(other)")
            }
        }
    }

    @Test func `Foundation stays out`() { #expect(Self.sources.flatMap(SwiftRules.foundation) == []) }

    @Test func `nothing ends the process where an error could be told`() {
        #expect(Self.sources.flatMap(SwiftRules.shortcuts) == [])
    }

    @Test func `what the compiler must believe is argued for`() {
        #expect(Self.swift.flatMap(SwiftRules.unproven) == [])
    }

    @Test func `no line is too long`() { #expect(Self.swift.flatMap(SwiftRules.width) == []) }

    @Test func `nothing is left for later`() {
        let others = Tree.texts([".md", ".py", ".js", ".mjs", ".css", ".html", ".c", ".h", ".yml"], below: [""])
        let scripts = Tree.texts([""], below: ["scripts"])
        #expect((Self.swift + others + scripts).flatMap(Reminders.findings) == [])
    }

    @Test func `every bound is a setting of the same name`() {
        let fields = Mirror(reflecting: Limits()).children.filter { $0.value is Int }.compactMap(\.label)
        let words = fields.map { field in
            // As in `clientMessageIDBytesMax`, where two capitals are one word.
            field.replacing("ID", with: "Id").map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
        }
        let bounds = Setting.all.filter { $0.bound != nil }.map(\.name)
        #expect(words.filter { $0.hasPrefix("http") }.count > 3)
        #expect(Set(words).symmetricDifference(bounds) == [])
        #expect(bounds.count == Set(bounds).count)
    }

    @Test func `every setting is shown with its default`() {
        let settings = Setting.all.map { (name: $0.variable, standard: $0.standard) }
        #expect(SettingsFile(Tree.text(of: ".env.example")).findings(against: settings) == [])
    }

    @Test func `links lead to what is there`() {
        let pages = Tree.texts([".md"], below: [""])
        #expect(!pages.isEmpty)
        #expect(pages.flatMap { Links.findings(in: $0, exists: Tree.exists) } == [])
    }
}
