// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let cryptoExtras = product(name: "CryptoExtras", package: "swift-crypto")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let mustache = product(name: "Mustache", package: "swift-mustache")
    static let logging = product(name: "Logging", package: "swift-log")
    static let nioConcurrencyHelpers = product(name: "NIOConcurrencyHelpers", package: "swift-nio")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let serviceLifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
}

let package = Package(
    name: "firstread",
    products: [
        .executable(name: "firstread", targets: ["FirstRead"]),
        .executable(name: "stand-in-pacs", targets: ["StandInPACS"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", exact: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
    ],
    targets: [
        // The domain.
        .target(name: "Worklist", resources: [.embedInCode("default-policy.json")], swiftSettings: settings),

        // C and C++ libraries, each behind one plain C header.
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "COpenJPEG", pkgConfig: "libopenjp2", providers: [.apt(["libopenjp2-7-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .target(name: "CZlib", cSettings: [.treatAllWarnings(as: .error)], linkerSettings: [.linkedLibrary("z")]),
        .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
        .target(
            name: "CDCMTK",
            cxxSettings: [.treatAllWarnings(as: .error)],
            linkerSettings: [
                "cmr", "dcmsr", "dcmnet", "dcmjpeg", "dcmjpls", "dcmimage", "dcmimgle", "dcmdata", "oflog", "ofstd",
            ].map { .linkedLibrary($0) }
        ),

        // Pixels to PNG.
        .target(name: "Pictures", dependencies: ["CPNG"], swiftSettings: settings),

        // The rooms: each imports Worklist and its own C target, never another room.
        .target(name: "DICOM", dependencies: ["Worklist", "CDCMTK", "COpenJPEG", .crypto, .logging], swiftSettings: settings),
        .target(
            name: "Inference", dependencies: ["Worklist", "COpenBLAS", .crypto], resources: [.embedInCode("Import/torchxrayvision.json")],
            swiftSettings: settings),
        .target(
            name: "Reporting",
            dependencies: ["Worklist", .mustache],
            resources: [
                "order-terms.json", "finding-names.json", "normal.en.mustache", "normal.de.mustache", "narrative.en.mustache", "narrative.de.mustache",
            ].map { .embedInCode($0) },
            swiftSettings: settings
        ),
        .target(name: "HL7", dependencies: ["Worklist", .nioCore, .nioPosix, .logging], swiftSettings: settings),
        .target(name: "Storage", dependencies: ["Worklist", .grdb], swiftSettings: settings),
        .target(name: "Simulation", dependencies: ["Worklist", "Pictures"], swiftSettings: settings),
        .target(name: "Board", dependencies: ["Worklist", "CNcurses"], swiftSettings: settings),
        .target(
            name: "Web", dependencies: ["Worklist", "CZlib", .crypto, .cryptoExtras, .hummingbird, .logging, .nioConcurrencyHelpers, .nioCore],
            resources: [.embedInCode("openapi.json")] + ["page.html", "page.css", "page.js", "session.js", "service.js", "list.js", "row.js", "study.js", "film.js", "draft.js", "room.js", "waits.js", "words.js", "elements.js", "icon.svg"].map {
                .embedInCode("Page/\($0)")
            },
            swiftSettings: settings),

        // The joints.
        .target(
            name: "ReadingRoom",
            dependencies: ["Worklist", "DICOM", "Inference", "HL7", "Pictures", "Reporting", "Storage", "Web", .crypto, .logging, .serviceLifecycle, .unixSignals],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "FirstRead",
            dependencies: ["Worklist", "Inference", "Storage", "ReadingRoom", "Board", "Pictures", "Reporting", "Simulation", "Web", .argumentParser, .logging],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "StandInPACS", dependencies: ["HL7", "Worklist", .argumentParser, .logging, .nioCore, .nioPosix], swiftSettings: settings),

        .testTarget(name: "WorklistTests", dependencies: ["Worklist"], swiftSettings: settings),
        .testTarget(name: "StorageTests", dependencies: ["Storage", "Worklist", .grdb], swiftSettings: settings),
        .testTarget(name: "DICOMTests", dependencies: ["DICOM", "Worklist", .logging], swiftSettings: settings),
        .testTarget(name: "InferenceTests", dependencies: ["Inference", .crypto], resources: [.copy("Fixtures")], swiftSettings: settings),
        .testTarget(name: "HL7Tests", dependencies: ["HL7", "Worklist", .nioCore, .nioPosix, .logging], swiftSettings: settings),
        .testTarget(name: "PicturesTests", dependencies: ["Pictures"], swiftSettings: settings),
        .testTarget(name: "ReportingTests", dependencies: ["Reporting", "Worklist"], swiftSettings: settings),
        .testTarget(name: "SimulationTests", dependencies: ["Pictures", "Simulation", "Worklist"], swiftSettings: settings),
        .testTarget(name: "BoardTests", dependencies: ["Board", "Worklist"], swiftSettings: settings),
        .testTarget(name: "WebTests", dependencies: ["Web", "Worklist", .logging, .nioCore], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
