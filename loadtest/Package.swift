// swift-tools-version: 6.2
import PackageDescription

/// A package of its own, with its own codec and nothing imported from the server, so that a fault of the server's codec
/// cannot hide by being on both ends of the wire.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

let package = Package(
    name: "loadtest",
    targets: [
        // epoll and sockets, seen from Swift
        .target(name: "CEpoll"),
        // OpenSSL's client side, for servers that speak TLS
        .target(name: "CTLS", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .executableTarget(name: "loadtest", dependencies: ["CEpoll", "CTLS"], swiftSettings: strict),
        .testTarget(name: "loadtestTests", dependencies: ["loadtest"], swiftSettings: strict),
    ]
)
