internal import COpenBLAS
internal import Glibc

/// The library's state, which is one per process.
package enum OpenBLAS {
    /// One thread: images are spread over workers, not products over OpenBLAS's threads.
    private static let isSingleThreaded: Void = openblas_set_num_threads(1)

    /// Once per process, before the first product.
    static func setUp() { _ = isSingleThreaded }

    /// The processor family whose kernels it chose.
    package static var coreName: String {
        setUp()
        return openblas_get_corename().map { String(cString: $0) } ?? "unknown"
    }

    /// The family that somebody asked for; it is respected, and worth a line in the log. Read by the library when the program
    /// starts, so setting it later changes nothing.
    package static var wantedCoreName: String? { getenv("OPENBLAS_CORETYPE").map { String(cString: $0) } }
}
