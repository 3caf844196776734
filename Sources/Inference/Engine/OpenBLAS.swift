internal import COpenBLAS

/// Which code multiplied the matrices: part of every score's lineage.
package struct EngineIdentity: Sendable, Hashable, Codable {
    /// `openblas`.
    package var name: String
    /// The processor family whose kernels OpenBLAS chose, for example `SkylakeX`; `OPENBLAS_CORETYPE` in the environment
    /// decides it where it is set.
    package var coreName: String
}

/// The library's state, which is one per process.
package enum OpenBLAS {
    /// One thread: images are spread over workers, not products over OpenBLAS's threads.
    private static let isSingleThreaded: Void = openblas_set_num_threads(1)

    /// Once per process, before the first product.
    static func setUp() { _ = isSingleThreaded }

    package static var identity: EngineIdentity {
        setUp()
        let core = openblas_get_corename().map { String(cString: $0) } ?? "unknown"
        return EngineIdentity(name: "openblas", coreName: core)
    }
}
