/// What the network's products are made with.
package enum Engine: String, Sendable, Hashable, Codable, CaseIterable {
    /// `cblas_sgemm`: any processor, and the reference.
    case openBLAS = "openblas"
    /// Our own tiles in registers.
    case native
}

/// Which engine to take: `--engine`.
package enum EngineChoice: String, Sendable, Hashable, CaseIterable {
    /// The faster one, measured when the model is loaded.
    case auto
    case openBLAS = "openblas"
    case native
}

/// Which code made the figures: part of every score's lineage.
package struct EngineIdentity: Sendable, Hashable, Codable {
    /// `openblas` or `native`.
    package var name: String
    /// The processor family whose kernels OpenBLAS chose, for example `SkylakeX` (`OPENBLAS_CORETYPE` in the environment decides
    /// it where it is set); of the native engine, the vectors used, for example `avx2`, and `bf16` where its products are rounded.
    package var coreName: String

    package init(_ engine: Engine, precision: Precision = .f32, kernels: Kernels) {
        name = engine.rawValue
        switch engine {
        case .openBLAS: coreName = OpenBLAS.coreName
        case .native: coreName = precision == .bf16 ? "\(kernels.name) bf16" : kernels.name
        }
    }
}
