internal import COpenBLAS

/// c (rows × columns) = a (rows × inner) · b (inner × columns), all row-major, by `cblas_sgemm`.
@inline(__always)
func multiply(
    _ a: UnsafePointer<Float>, rows: Int, inner: Int, stride aStride: Int,
    by b: UnsafePointer<Float>, columns: Int,
    into c: UnsafeMutablePointer<Float>, stride cStride: Int
) {
    cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(inner), 1, a, blasint(aStride), b,
        blasint(columns), 0, c, blasint(cStride))
}

/// y = matrix (rows × columns, row-major) · x.
@inline(__always)
func multiply(
    _ matrix: UnsafePointer<Float>, rows: Int, columns: Int, by x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
) {
    cblas_sgemv(CblasRowMajor, CblasNoTrans, blasint(rows), blasint(columns), 1, matrix, blasint(columns), x, 1, 0, y, 1)
}
