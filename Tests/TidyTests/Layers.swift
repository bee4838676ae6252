/// The modules lean one way, downwards only, and on nothing that the package does not declare.
struct Layers {
    static let heights = [
        "Base": 0, "Telemetry": 1, "Wire": 1, "Reactor": 1, "Channels": 1, "Auth": 1, "Courses": 1, "REST": 2,
        "WSServer": 2,
        "Persistence": 2, "Outside": 2, "Admin": 3, "Gateway": 3, "confab": 4,
    ]
    /// What has nothing below it and may be used from anywhere that declares it.
    static let leaves: Set<String> = ["CLinux", "CCurl", "CSQLite", "COpenSSL", "CZlib", "CWeb", "Web"]
    /// Parts of the toolchain.
    static let system: Set<String> = ["Glibc", "Synchronization"]

    /// What each module declares.
    let declared: [String: Set<String>]

    init(package: String) {
        var declared: [String: Set<String>] = [:]
        for start in ["module(", ".target(", ".executableTarget("] {
            for part in package.split(separator: start, omittingEmptySubsequences: false).dropFirst() {
                // A target's text ends where its own parentheses do.
                var depth = 1
                let text = part.prefix { character in
                    if character == "(" { depth += 1 }
                    if character == ")" { depth -= 1 }
                    return depth > 0
                }
                guard let name = Self.quoted(text).first else { continue }
                let list =
                    ["leansOn: [", "dependencies: ["].compactMap {
                        text.split(separator: $0, maxSplits: 1).dropFirst().first
                    }
                    .first.map { $0.prefix { $0 != "]" } }
                declared[name, default: []].formUnion(list.map(Self.quoted) ?? [])
            }
        }
        self.declared = declared
    }

    private static func quoted(_ text: Substring) -> [String] {
        text.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
            .map { String($0.element) }
    }

    /// The module that a line imports.
    static func imported(by line: Substring) -> String? {
        let words = line.split(separator: " ").drop { word in
            word.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(word)
        }
        guard words.first == "import" else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        return words.dropFirst().first { !kinds.contains($0) }?.split(separator: ".").first.map(String.init)
    }

    /// What is wrong with a file of `Sources/<module>/`.
    func findings(in file: TextFile) -> [Finding] {
        let folders = file.path.split(separator: "/")
        guard folders.count >= 3 else { return [] }
        let module = String(folders[1])
        return file.findings { line in Self.imported(by: line).flatMap { fault(of: module, importing: $0) } }
    }

    func fault(of module: String, importing other: String) -> String? {
        if Self.system.contains(other) { return nil }
        guard declared[module]?.contains(other) ?? false else {
            return "\(module) does not declare that it leans on \(other)"
        }
        if Self.leaves.contains(other) { return nil }
        guard let height = Self.heights[module] else { return "\(module) has no place among the layers" }
        guard let below = Self.heights[other] else { return "\(other) has no place among the layers" }
        return below < height ? nil : "\(module) climbs to \(other)"
    }
}
