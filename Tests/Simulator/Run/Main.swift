import Base
import Glibc

/// Runs worlds:
///
///     simulator SEEDS [FIRST]             so many, one seed after another
///     simulator 1 SEED [PLANT]            one, and every step of it, with a fault planted where that is named
///     simulator controls [SEEDS [PLANT]]  looks for each planted fault, or one, in at most so many worlds
///
/// The status is 1 when a promise was broken, or a control did not find what it had to, or something never happened.
@main struct Main {
    private static let usage = "usage: simulator SEEDS [FIRST] | 1 SEED [PLANT] | controls [SEEDS [PLANT]]"
    /// Worlds in which everything that can go wrong must have done so.
    private static let evidenceWorldsMin = 500
    private static let controlSeedsMax: UInt64 = 2_000
    /// Broken worlds that are told; one has most of what there is to know.
    private static let findingsMax = 5

    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            exit(try run(words) ? 0 : 1)
        } catch {
            say("\(error)")
            exit(2)
        }
    }

    private static func run(_ words: [String]) throws -> Bool {
        if words.first == "controls", words.count <= 3 {
            guard let most = words.count < 2 ? controlSeedsMax : UInt64(words[1]) else { return misused() }
            let plants = words.count < 3 ? Plant.allCases : [Plant(rawValue: words[2])].compactMap { $0 }
            return plants.isEmpty ? misused() : try control(plants, most)
        }
        guard (1...3).contains(words.count), let count = UInt64(words[0]), count > 0,
            let first = words.count < 2 ? 1 : UInt64(words[1])
        else { return misused() }
        if count == 1, words.count > 1 {
            let plant = words.count > 2 ? Plant(rawValue: words[2]) : nil
            return words.count > 2 && plant == nil ? misused() : try replay(first, Plan(plant: plant))
        }
        return words.count > 2 ? misused() : try search(first..<first + count)
    }

    private static func misused() -> Bool {
        say(usage)
        return false
    }

    private static func say(_ line: String) { print(line) }

    private static var cores: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }

    // MARK: Verbs

    /// One world to the letter.
    private static func replay(_ seed: UInt64, _ plan: Plan) throws -> Bool {
        let world = try World(seed: seed, plan: plan, keepsLines: true)
        let faults = world.run()
        for line in world.trace.lines { say(line) }
        if !faults.isEmpty { for line in world.logLines { say(line) } }
        for fault in faults { say("BROKEN: \(fault)") }
        say("seed \(seed): \(world.trace.step) steps, \(String(world.trace.hash, radix: 16))")
        return faults.isEmpty
    }

    private static func search(_ seeds: Range<UInt64>) throws -> Bool {
        let begun = TimeSource.system.instant()
        let outcome = try Campaign(seeds: seeds, findingsMax: findingsMax, threads: cores).run()
        for finding in outcome.findings {
            for fault in finding.faults.prefix(findingsMax) { say("BROKEN in world \(finding.seed), \(fault)") }
            say("    scripts/simulate 1 \(finding.seed)    repeats it and prints every step")
        }
        for line in outcome.evidence.lines { say(line) }
        let seconds = TimeSource.system.instant().milliseconds(since: begun) / 1_000
        let missing = outcome.worldCount < evidenceWorldsMin ? [] : outcome.evidence.missing
        if !missing.isEmpty { say("NO EVIDENCE: these never came about: \(missing.joined(separator: ", "))") }
        say("\(outcome.worldCount) worlds in \(seconds) s, \(outcome.findings.count) of them broken")
        return outcome.findings.isEmpty && missing.isEmpty
    }

    /// A test that never failed is no evidence: what is broken on purpose is found.
    private static func control(_ plants: [Plant], _ most: UInt64) throws -> Bool {
        var areFound = true
        for plant in plants {
            let campaign = Campaign(seeds: 1..<most + 1, plan: Plan(plant: plant), findingsMax: 1, threads: cores)
            let outcome = try campaign.run()
            if let finding = outcome.findings.first {
                say("\(plant.rawValue): found in world \(finding.seed), \(finding.faults.first ?? "")")
            } else {
                say("\(plant.rawValue): NOT FOUND in \(outcome.worldCount) worlds")
                areFound = false
            }
        }
        if areFound { say("\(plants.count) planted faults found") }
        return areFound
    }
}
