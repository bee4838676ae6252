// swift-tools-version: 6.2
import PackageDescription

/// Every target is held to the same strictness: Swift 6 mode, explicit existentials, imports that say what they expose,
/// and no warning left standing. Exclusivity is proven by the tests (debug builds check it), so release builds do not
/// pay for checking it again on the message path; bounds and overflow checks stay on everywhere.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// One module of the server. `leansOn` names modules of lower layers only; a test reads the tree and holds it to that.
func module(_ name: String, leansOn dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, of dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "confab",
    products: [
        .executable(name: "confab", targets: ["confab"]),
        .executable(name: "ws-echo", targets: ["ws-echo"]),
    ],
    targets: [
        // C, seen from Swift
        .target(name: "CLinux"),
        .target(name: "CCurl"),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // Layer 0: the words all modules share
        module("Base", leansOn: []),

        // The pages. Their files are embedded by C.
        .target(name: "CWeb"),
        .target(name: "Web", dependencies: ["CWeb"], exclude: ["Assets", "package.json"], swiftSettings: strict),

        // Layer 1: cores and shells that know nothing of one another
        module("Telemetry", leansOn: ["Base"]),
        module("Wire", leansOn: ["Base", "COpenSSL", "CZlib"]),
        module("Reactor", leansOn: ["Base", "CLinux", "COpenSSL"]),
        module("Channels", leansOn: ["Base"]),
        module("Auth", leansOn: ["Base", "COpenSSL"]),
        module("Courses", leansOn: ["Base"]),

        // Layer 2: what leans on those
        module("REST", leansOn: ["Base", "Telemetry", "Wire", "Channels", "Auth"]),
        module("WSServer", leansOn: ["Base", "Telemetry", "Wire", "Reactor"]),
        module(
            "Persistence",
            leansOn: ["Base", "Telemetry", "Reactor", "Channels", "Auth", "Courses", "CSQLite", "CZlib"]),

        module("Outside", leansOn: ["Base", "Telemetry", "Reactor", "Channels", "Auth", "CCurl"]),

        // Layer 3: the words of clients and operators
        module("Admin", leansOn: ["Base", "Telemetry", "Wire", "Channels", "Auth", "REST"]),
        module(
            "Gateway",
            leansOn: [
                "Base", "Telemetry", "Wire", "Reactor", "Channels", "Auth", "Courses", "REST", "WSServer", "Outside",
                "Web",
            ]),

        // Layer 4: builds everything, and knows everybody
        .executableTarget(
            name: "confab",
            dependencies: [
                "Base", "Telemetry", "Wire", "Reactor", "Channels", "Auth", "Courses", "REST", "WSServer",
                "Persistence", "Outside", "Admin", "Gateway",
            ], swiftSettings: strict),

        // What several tests share: a store in memory, a clock moved by hand, and clients for a real server
        .target(
            name: "TestSupport", dependencies: ["Base", "Channels"], path: "Tests/TestSupport", swiftSettings: strict),
        // A client whose sockets and frames share nothing with the server, for the tests that speak to a running one
        .target(name: "TestClient", dependencies: ["Base"], path: "Tests/TestClient", swiftSettings: strict),

        // What can be built of the parts, beside the server
        .executableTarget(
            name: "ws-echo", dependencies: ["Base", "Telemetry", "Wire", "Reactor", "WSServer"],
            path: "Examples/ws-echo", swiftSettings: strict),

        tests("BaseTests", of: ["Base"]),
        tests("TelemetryTests", of: ["Base", "Telemetry"]),
        tests("RESTTests", of: ["Base", "Telemetry", "Wire", "Channels", "Auth", "REST"]),
        tests("ReactorTests", of: ["Base", "Reactor"]),
        tests("WSServerTests", of: ["Base", "Telemetry", "Wire", "Reactor", "WSServer", "TestClient"]),
        tests(
            "GatewayTests",
            of: [
                "Base", "Telemetry", "Wire", "Reactor", "Channels", "Auth", "REST", "WSServer", "Gateway", "TestClient",
            ]),
        tests(
            "ServerTests",
            of: ["Base", "Telemetry", "Wire", "Auth", "REST", "Gateway", "TestClient", "TestSupport", "confab"]),
        tests("TidyTests", of: ["Base", "confab"]),
        tests("WireTests", of: ["Base", "Wire"]),
        tests("ChannelsTests", of: ["Base", "Channels", "TestSupport"]),
        tests("AuthTests", of: ["Base", "Auth"]),
        tests("CoursesTests", of: ["Base", "Courses"]),
        tests(
            "PersistenceTests",
            of: [
                "Base", "CSQLite", "Telemetry", "Reactor", "Channels", "Auth", "Courses", "Persistence", "TestSupport",
            ]),
        tests(
            "OutsideTests",
            of: [
                "Base", "Telemetry", "Reactor", "Channels", "Auth", "Persistence", "Outside", "Gateway", "TestSupport",
            ]),
        // Registering and logging in by every way, over the real store and with the rest of the world played
        tests(
            "WaysInTests",
            of: [
                "Base", "Telemetry", "Wire", "Channels", "Auth", "REST", "Gateway", "Persistence", "TestSupport",
                "COpenSSL",
            ]),
        // A reference model, written from the protocol, and random histories that it is held against
        tests(
            "ModelTests",
            of: ["Base", "Channels", "Auth", "Persistence", "Gateway", "TestSupport"]),
        // A server, its disk, its network and its clients in one thread that a seed drives
        .executableTarget(
            name: "simulator",
            dependencies: [
                "Base", "Telemetry", "Wire", "Reactor", "Channels", "Auth", "REST", "WSServer", "Persistence",
                "Gateway", "TestSupport", "CSQLite",
            ], path: "Tests/Simulator", swiftSettings: strict),
        // Drives its worlds by hand; many of them run by the program itself, which is optimised
        tests("SimulatorTests", of: ["Base", "Channels", "simulator"]),
        // Drives the executable from outside, and breaks it
        tests("CrashTests", of: ["Base", "Reactor", "TestClient", "TestSupport"]),
        tests("AdminTests", of: ["Base", "Telemetry", "Auth", "Admin"]),
        // Drives the executable from outside, with clients that were not written for it
        tests("TLSTests", of: ["Base", "Reactor", "confab"]),
    ]
)

/// What the fuzz targets lean on.
let fuzzed: [Target.Dependency] = ["Base", "Channels", "Wire", "Auth", "Courses", "REST", "Admin", "Gateway"]

// The same targets in two programs: tests replay what was found, and `make fuzz`, which sets FUZZ_DRIVER, looks for
// more. Never both, because an ordinary build has neither the fuzzer to link with nor the modules open to be tested.
if Context.environment["FUZZ_DRIVER"] == nil {
    package.targets.append(
        .testTarget(
            name: "FuzzTests", dependencies: fuzzed, path: "Fuzz", exclude: ["Driver", "corpora", "README.md"],
            sources: ["Targets", "Replay"], swiftSettings: strict))
} else {
    package.targets += [
        .target(name: "CFuzzer", path: "Fuzz/Driver/CFuzzer"),
        .executableTarget(
            name: "fuzz", dependencies: fuzzed + ["CFuzzer"], path: "Fuzz",
            exclude: ["Driver/CFuzzer", "Replay", "corpora", "README.md"], sources: ["Targets", "Driver"],
            swiftSettings: strict),
    ]
}
