// swift-tools-version: 6.2
import PackageDescription

// The layers, from the ground up. An arrow may only go down (docs/architecture.md); `swift build` refuses an
// import that is not declared here, and Tests/HouseTests reads the sources for what the build cannot see.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    // Debug builds check at run time that no two accesses overlap, and the tests run on them; a release pays for nothing.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

// The toolchain's own linker, because newer distributions no longer bring gold, which Swift would call. Everything is
// bound at start, so that the tables can be made read-only: what that costs cannot be measured (docs/development.md).
let linking: [LinkerSetting] = [.unsafeFlags(["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "now"])]

func layer(_ name: String, _ dependencies: [Target.Dependency], safe: Bool = false) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict + (safe ? [.strictMemorySafety()] : []))
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, resources: resources, swiftSettings: strict, linkerSettings: linking)
}

let package = Package(
    name: "sidecar",
    products: [
        .executable(name: "sidecar", targets: ["Sidecar"]),
        .executable(name: "sidecar-image", targets: ["Imager"]),
        .executable(name: "sidecar-jail", targets: ["Jail"]),
        .executable(name: "sidecar-keeper", targets: ["Keeper"]),
        .executable(name: "sidecar-probe", targets: ["Probe"]),
        .executable(name: "sidecar-worker", targets: ["Worker"]),
    ],
    targets: [
        // 1  Foreign headers: one module a library, plus what Glibc's module leaves out.
        .target(name: "CLinux"),
        // Loaded when they are first needed, not linked.
        .target(name: "CCurl", path: "Sources/Libraries/CCurl"),
        .target(name: "CCrypto", path: "Sources/Libraries/CCrypto"),
        .systemLibrary(
            name: "CSeccomp", path: "Sources/Libraries/CSeccomp", pkgConfig: "libseccomp",
            providers: [.apt(["libseccomp-dev"])]),
        .systemLibrary(
            name: "CYAML", path: "Sources/Libraries/CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(
            name: "CZlib", path: "Sources/Libraries/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CSQLite", path: "Sources/Libraries/CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CGumbo", path: "Sources/Libraries/CGumbo", pkgConfig: "gumbo", providers: [.apt(["libgumbo-dev"])]),
        // Loaded when it is needed, so neither pkg-config nor the linker has to know of it.
        .target(name: "CGit2", path: "Sources/Libraries/CGit2"),
        .target(
            name: "CSimdJSON", path: "Sources/Libraries/CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),

        // XXH3-128, of which the header is the whole library.
        .target(name: "CXXHash", path: "Sources/Libraries/CXXHash"),

        // What happens between the birth of a jailed process and its execve; linked into sidecar-jail alone.
        .target(name: "CJail", path: "Sources/Libraries/CJail"),

        // 2  The only module that imports Glibc.
        layer("LinuxSystem", ["CLinux"]),

        // 3  Formats.
        layer("JSON", ["CSimdJSON", "LinuxSystem"]),
        layer("YAML", ["CYAML", "LinuxSystem"]),
        layer("Confinement", ["LinuxSystem"]),
        layer("Digest", ["CCrypto"]),
        layer("Addresses", []),

        // 4  Capabilities.
        layer("HTTP", ["CCurl", "CZlib", "LinuxSystem"]),
        layer("Sandbox", ["Confinement", "CSeccomp", "Digest", "JSON", "LinuxSystem", "YAML"], safe: true),

        layer("MCP", ["Addresses", "JSON", "LinuxSystem"], safe: true),

        layer("JailTools", ["Addresses", "CGumbo", "CXXHash", "Confinement", "JSON", "LinuxSystem"]),
        // Between the APIs of models: bytes in, bytes out.
        layer("Translation", ["JSON"]),

        // 5  What runs tools: the way out for jailed runs, and the record of all runs.
        layer(
            "ToolRuntime",
            [
                "Addresses", "CGit2", "Confinement", "CSQLite", "Digest", "HTTP", "JSON", "LinuxSystem", "Sandbox",
                "YAML",
            ]),

        // 6  The programs.
        .executableTarget(
            name: "Sidecar",
            dependencies: [
                "Confinement", "Digest", "HTTP", "JSON", "JailTools", "LinuxSystem", "MCP", "Sandbox", "ToolRuntime",
                "Translation",
                "YAML",
            ],
            swiftSettings: strict, linkerSettings: linking),

        .executableTarget(
            name: "Jail", dependencies: ["CJail", "Confinement", "LinuxSystem"],
            swiftSettings: strict, linkerSettings: linking),

        .executableTarget(
            name: "Worker", dependencies: ["JailTools", "LinuxSystem"],
            swiftSettings: strict, linkerSettings: linking),

        .executableTarget(
            name: "JailBenchmark", dependencies: ["Confinement", "LinuxSystem", "Sandbox", "TestSupport"],
            path: "Benchmarks/jail", exclude: ["run"], swiftSettings: strict, linkerSettings: linking),
        .executableTarget(
            name: "TranslationBenchmark", dependencies: ["JSON", "LinuxSystem", "Translation"],
            path: "Benchmarks/translation", exclude: ["run"], swiftSettings: strict, linkerSettings: linking),
        // What `sidecar policy prove` tries from inside. Nothing of Swift in it: it runs where only the C library is.
        .executableTarget(
            name: "Probe",
            // Without the start routines of Swift, which would bring its whole library.
            linkerSettings: [
                .unsafeFlags(["-use-ld=lld", "-static-stdlib", "-nostartfiles", "-Xlinker", "--as-needed"])
            ]),

        // Makes images smaller, in a jail of its own. C, because the libraries are.
        .executableTarget(
            name: "Imager",
            linkerSettings: [
                .unsafeFlags(["-use-ld=lld", "-static-stdlib", "-nostartfiles", "-Xlinker", "--as-needed"]),
                .linkedLibrary("jpeg"), .linkedLibrary("png16"), .linkedLibrary("webp"), .linkedLibrary("gif"),
            ]),

        // Runs an MCP server and ends all that comes of it. C alone, too: there is one for each server.
        .executableTarget(
            name: "Keeper",
            linkerSettings: [
                .unsafeFlags(["-use-ld=lld", "-static-stdlib", "-nostartfiles", "-Xlinker", "--as-needed"])
            ]),

        .target(name: "TestSupport", dependencies: ["LinuxSystem"], path: "Tests/Support", swiftSettings: strict),
        tests("LinuxSystemTests", ["LinuxSystem", "TestSupport"]),
        tests("JSONTests", ["JSON"]),
        tests("AddressesTests", ["Addresses"]),
        tests("YAMLTests", ["YAML"]),
        tests("TranslationTests", ["JSON", "LinuxSystem", "Translation"]),
        tests("HTTPTests", ["HTTP", "LinuxSystem", "TestSupport"]),
        // What the jail is attacked with, from inside of it.
        .executableTarget(
            name: "JailAttacks", path: "Tests/JailAttacks",
            // Nothing of Swift in it: it runs where only the C library is.
            linkerSettings: [.unsafeFlags(["-use-ld=lld", "-static-stdlib"])]),
        // A worker that breaks every rule of its protocol, for tests of who has to bear it.
        .executableTarget(name: "FakeWorker", path: "Tests/FakeWorker"),
        tests("ConfinementTests", ["CJail", "Confinement", "Digest", "LinuxSystem", "Sandbox", "TestSupport"]),
        tests("SandboxTests", ["Confinement", "Digest", "JSON", "LinuxSystem", "Sandbox", "TestSupport", "YAML"]),
        tests("MCPTests", ["JSON", "LinuxSystem", "MCP"]),
        tests("JailToolsTests", ["JailTools", "JSON", "LinuxSystem", "TestSupport"]),
        tests(
            "ToolRuntimeTests",
            ["Confinement", "Digest", "HTTP", "JSON", "LinuxSystem", "Sandbox", "TestSupport", "ToolRuntime", "YAML"]),
        tests(
            "SidecarTests",
            [
                "Sidecar", "Confinement", "Digest", "HTTP", "JSON", "LinuxSystem", "MCP", "Sandbox", "TestSupport",
                "ToolRuntime", "Translation", "YAML",
            ]),
        tests("HouseTests", ["LinuxSystem"]),
    ],
    cxxLanguageStandard: .cxx17
)
