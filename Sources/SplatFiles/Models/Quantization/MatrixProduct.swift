import SplatCore

#if OpenBLAS && !SPLAT_SELF_CONTAINED
  import COpenBLAS
#endif

/// Products of matrices, through OpenBLAS where it is linked.
enum MatrixProduct {
  #if OpenBLAS && !SPLAT_SELF_CONTAINED
    /// OpenBLAS would split a product among its own threads; instead the callers' threads each
    /// compute whole products, so that results do not depend on their number.
    private static let isReady: Bool = {
      openblas_set_num_threads(1)
      return true
    }()

    /// Subtracts left · rightᵀ from `result`: rows x columns, where `left` is rows x depth and
    /// `right` columns x depth, all held by rows.
    static func subtractTransposed(
      _ left: BufferView<Float>, _ right: BufferView<Float>, from result: BufferView<Float>,
      rows: Int, columns: Int, depth: Int
    ) {
      precondition(left.count >= rows * depth && right.count >= columns * depth)
      precondition(result.count >= rows * columns && isReady)
      unsafe left.withPointer { left in
        unsafe right.withPointer { right in
          unsafe result.withPointer { result in
            unsafe cblas_sgemm(
              CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(columns),
              blasint(depth), -1, left, blasint(depth), right, blasint(depth), 1, result,
              blasint(columns))
          }
        }
      }
    }
  #else
    /// Subtracts left · rightᵀ from `result`, as ``PlainMatrixProduct`` does.
    static func subtractTransposed(
      _ left: BufferView<Float>, _ right: BufferView<Float>, from result: BufferView<Float>,
      rows: Int, columns: Int, depth: Int
    ) {
      PlainMatrixProduct.subtractTransposed(
        left, right, from: result, rows: rows, columns: columns, depth: depth)
    }
  #endif
}
